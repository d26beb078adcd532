#define KERNEL_SPACE avx2
#define KERNEL_NAME "avx2"
#define KERNEL_BYTES 32
#include "evaluate/kernels/body.hpp"
