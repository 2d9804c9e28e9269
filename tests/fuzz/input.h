/* SPDX-License-Identifier: GPL-2.0 */
/* What libFuzzer has come up with, read from its beginning on. */
#ifndef TF_FUZZ_INPUT_H
#define TF_FUZZ_INPUT_H

#include "shim/kernel.h"

/**
 * struct fuzz_input - octets that are left
 * @at: the next
 * @len: how many there are
 */
struct fuzz_input {
	const u8 *at;
	size_t len;
};

/* 0 when there is nothing left. */
static inline u8 fuzz_u8(struct fuzz_input *input)
{
	if (!input->len)
		return 0;
	input->len--;
	return *input->at++;
}

static inline u16 fuzz_u16(struct fuzz_input *input)
{
	u16 high = fuzz_u8(input);

	return high << 8 | fuzz_u8(input);
}

static inline u32 fuzz_u32(struct fuzz_input *input)
{
	u32 high = fuzz_u16(input);

	return high << 16 | fuzz_u16(input);
}

static inline u64 fuzz_u64(struct fuzz_input *input)
{
	u64 high = fuzz_u32(input);

	return high << 32 | fuzz_u32(input);
}

int LLVMFuzzerTestOneInput(const u8 *data, size_t len);

#endif /* TF_FUZZ_INPUT_H */
