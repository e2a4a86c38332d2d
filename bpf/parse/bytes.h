/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Reading bytes eight at a time, for BPF and for the host from one source. A text is always the fixed
 * buffer below, so that an offset masked to 16 bits is in bounds whatever a packet says.
 */
#ifndef SIPSONDE_PARSE_BYTES_H
#define SIPSONDE_PARSE_BYTES_H

#include <linux/types.h>

#ifndef __bpf__
#include <string.h>
#endif

#undef __always_inline /* the kernel's header for user space means only `inline` by it */
#define __always_inline inline __attribute__((always_inline))

enum {
	TEXT_MAX = 65536,
	TEXT_SLACK = 64, /* a read of a word at the last byte stays inside; zeroed behind the text's end */
};

struct text {
	__u8 bytes[TEXT_MAX + TEXT_SLACK];
};

#define EACH_BYTE(value) (0x0101010101010101ULL * (value))

/* An offset into a text, whatever it was before. In BPF by an instruction of our own: the compiler would move
 * the mask to the load, and a loop would carry a range that grows with each turn (verifier: too large). */
static __always_inline __u32 in_text(__u32 offset)
{
#ifdef __bpf__
	__u64 masked = offset;

	asm volatile("%0 &= 65535" : "+r"(masked));
	return (__u32)masked;
#else
	return offset & (TEXT_MAX - 1);
#endif
}

static __always_inline __u8 byte_at(const struct text *text, __u32 offset)
{
	return text->bytes[in_text(offset)];
}

static __always_inline __u64 load_word(const __u8 *at)
{
#ifdef __bpf__
	return *(const __u64 *)at;
#else
	__u64 word;

	memcpy(&word, at, sizeof(word));
	return word;
#endif
}

static __always_inline __u64 word_at(const struct text *text, __u32 offset)
{
	return load_word(text->bytes + in_text(offset));
}

/* 0x80 in each byte that equals `value`; bytes above the first match may be marked falsely, so only the
 * lowest mark and the absence of any are to be trusted. */
static __always_inline __u64 marks_of(__u64 word, __u8 value)
{
	__u64 x = word ^ EACH_BYTE(value);

	return (x - EACH_BYTE(0x01)) & ~x & EACH_BYTE(0x80);
}

/* The same for bytes below `limit`, which is at most 0x80. */
static __always_inline __u64 marks_below(__u64 word, __u8 limit)
{
	return (word - EACH_BYTE(limit)) & ~word & EACH_BYTE(0x80);
}

/* Index 0-7 of the lowest mark; `marks` is not 0. Without a count-zeros instruction: the bytes below it. */
static __always_inline __u32 lowest_mark(__u64 marks)
{
	__u64 below = ((marks & (0 - marks)) >> 7) - 1;

	return (__u32)(((below & EACH_BYTE(0x01)) * EACH_BYTE(0x01)) >> 56);
}

/* The first `count` bytes of a word, 0-7. */
static __always_inline __u64 leading_bytes(__u64 word, __u32 count)
{
	return word & ((1ULL << (8 * (count & 7))) - 1);
}

/* ASCII letters to lower case; other bytes may change too, so compare them separately. */
static __always_inline __u64 lower_case(__u64 word)
{
	return word | EACH_BYTE(0x20);
}

static __always_inline int is_blank(__u8 byte)
{
	return byte == ' ' || byte == '\t';
}

/* A byte of a token (RFC 3261 section 25.1): one bit for each in two words. */
static __always_inline int is_token_byte(__u8 byte)
{
	__u64 below_64 = 0x03ff6ca200000000ULL; /* ! % ' * + - . 0-9 */
	__u64 from_64 = 0x47ffffff87fffffeULL;	/* A-Z _ ` a-z ~ */

	return byte < 128 && ((byte < 64 ? below_64 : from_64) >> (byte & 63) & 1);
}

static __always_inline __u64 mix(__u64 hash, __u64 word)
{
	hash = (hash ^ word) * 0x9e3779b97f4a7c15ULL;
	return hash ^ (hash >> 32);
}

#endif
