#define KERNEL_SPACE avx512
#define KERNEL_NAME "avx512"
#define KERNEL_BYTES 64
#include "evaluate/kernels/body.hpp"
