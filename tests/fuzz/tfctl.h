/* SPDX-License-Identifier: GPL-2.0 */
#ifndef TF_FUZZ_TFCTL_H
#define TF_FUZZ_TFCTL_H

#include <stddef.h>
#include <stdint.h>

/* tfctl's main() */
int tfctl_main(int argc, char **argv);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

#endif /* TF_FUZZ_TFCTL_H */
