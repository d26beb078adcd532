#define KERNEL_SPACE portable
#define KERNEL_NAME "portable"
#define KERNEL_BYTES 16
#include "evaluate/kernels/body.hpp"
