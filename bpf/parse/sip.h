/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * What the kernel judges of a SIP message: start line, top Via, CSeq, Call-ID, and the To-tag and RSeq that
 * tell a repeated response from a new one. Each step is bounded; what a bound hides is deferred to the
 * agent. Progress lives in struct sip_scan, which is map memory in the kernel: the verifier does not follow
 * it there, and a loop is then checked once for each turn instead of once for each path.
 */
#ifndef SIPSONDE_PARSE_SIP_H
#define SIPSONDE_PARSE_SIP_H

#include "parse/bytes.h"
#include "sipsonde/protocol.h"

enum {
	START_LINE_WORDS = 96,	 /* 768 bytes of start line */
	HEADER_CHUNK_TURNS = 32, /* one call of scan_headers() */
	HEADER_CHUNKS = 9,	 /* 8 KB of headers and a little more in all */
	VALUE_TURNS = 38,	 /* about 250 bytes of one header's value */
	CALL_ID_WORDS = 32,	 /* what of a Call-ID is hashed */
	BLANKS_MAX = 12,	 /* white space in one place */
};

struct sip_scan {
	__u32 length;	/* of the text */
	__u32 position; /* where the header scan goes on */
	__u32 name;	/* enum header_name whose colon is due */
	__u32 complete; /* the headers' end was reached */
	__u32 via_at;	/* offsets behind the colon of the first header of that name, 0: none */
	__u32 cseq_at;
	__u32 call_id_at;
	__u32 to_at;
	__u32 rseq_at;
	__u32 cseq_count;
	__u32 call_id_count;
	__u64 branch_hash; /* 0: none */
	__u64 sent_by_hash;
	__u64 call_id_hash;
	__u64 to_tag_hash;
	__u64 rseq_hash;
	__u64 seed;
	__u32 method_length; /* of the known method that the text begins with, 0: none */
	__u32 first_space;   /* of the start line, 0: none */
	__u32 spaces;
	__u32 line_end;	 /* offset of its line feed, or the text's length */
	__u32 line_seen; /* its end was found within the bound */
	__u32 at;	 /* where a loop over a value goes on, and what it has seen */
	__u32 state;
	__u32 origin; /* always 0, which the verifier does not know: loops begin here as one state */
	__u32 cseq_number;
	__u16 code;  /* of a response */
	__u8 method; /* of a response once the CSeq is read */
	__u8 is_response;
	__u8 malformed;	   /* enum sipsonde_malformed */
	__u8 deferred;	   /* enum sipsonde_deferred */
	__u8 magic_cookie; /* the branch begins with z9hG4bK: globally unique, RFC 3261 section 8.1.1.7 */
	__u8 truncated;	   /* the text is shorter than the datagram was */
};

/* ---- methods ---- */

#define ASCII8(a, b, c, d, e, f, g, h)                                                                       \
	((__u64)(a) | (__u64)(b) << 8 | (__u64)(c) << 16 | (__u64)(d) << 24 | (__u64)(e) << 32 |             \
	 (__u64)(f) << 40 | (__u64)(g) << 48 | (__u64)(h) << 56)

/* The known method whose letters begin at `at`, and its length; SIPSONDE_METHOD_other with length 0 when
 * there is none. The caller checks what follows. */
static __always_inline __u8 known_method(const struct text *text, __u32 at, __u32 *length)
{
	__u64 word = word_at(text, at);
	__u64 three = leading_bytes(word, 3);
	__u64 four = leading_bytes(word, 4);
	__u64 five = leading_bytes(word, 5);
	__u64 six = leading_bytes(word, 6);
	__u64 seven = leading_bytes(word, 7);

	*length = 6;
	if (six == ASCII8('I', 'N', 'V', 'I', 'T', 'E', 0, 0))
		return SIPSONDE_METHOD_invite;
	if (six == ASCII8('C', 'A', 'N', 'C', 'E', 'L', 0, 0))
		return SIPSONDE_METHOD_cancel;
	if (six == ASCII8('N', 'O', 'T', 'I', 'F', 'Y', 0, 0))
		return SIPSONDE_METHOD_notify;
	if (six == ASCII8('U', 'P', 'D', 'A', 'T', 'E', 0, 0))
		return SIPSONDE_METHOD_update;
	*length = 3;
	if (three == ASCII8('A', 'C', 'K', 0, 0, 0, 0, 0))
		return SIPSONDE_METHOD_ack;
	if (three == ASCII8('B', 'Y', 'E', 0, 0, 0, 0, 0))
		return SIPSONDE_METHOD_bye;
	*length = 7;
	if (seven == ASCII8('O', 'P', 'T', 'I', 'O', 'N', 'S', 0))
		return SIPSONDE_METHOD_options;
	if (seven == ASCII8('P', 'U', 'B', 'L', 'I', 'S', 'H', 0))
		return SIPSONDE_METHOD_publish;
	if (seven == ASCII8('M', 'E', 'S', 'S', 'A', 'G', 'E', 0))
		return SIPSONDE_METHOD_message;
	*length = 8;
	if (word == ASCII8('R', 'E', 'G', 'I', 'S', 'T', 'E', 'R'))
		return SIPSONDE_METHOD_register;
	*length = 9;
	if (word == ASCII8('S', 'U', 'B', 'S', 'C', 'R', 'I', 'B') && byte_at(text, at + 8) == 'E')
		return SIPSONDE_METHOD_subscribe;
	*length = 5;
	if (five == ASCII8('P', 'R', 'A', 'C', 'K', 0, 0, 0))
		return SIPSONDE_METHOD_prack;
	if (five == ASCII8('R', 'E', 'F', 'E', 'R', 0, 0, 0))
		return SIPSONDE_METHOD_refer;
	*length = 4;
	if (four == ASCII8('I', 'N', 'F', 'O', 0, 0, 0, 0))
		return SIPSONDE_METHOD_info;
	*length = 0;
	return SIPSONDE_METHOD_other;
}

/* Hash of the bytes from `at` up to white space, a control byte, or one of ; and , when `list` is set.
 * `end` becomes the offset behind them. At most `words` words are read; returns 0 for an empty token. */
static __always_inline __u64 hash_token(const struct text *text, __u32 at, int list, __u32 words, __u64 seed,
					__u32 *end)
{
	__u64 hash = seed;
	__u32 start = at;

	for (__u32 i = 0; i < words; i++) {
		__u64 word = word_at(text, at);
		__u64 marks = marks_below(word, 0x21);

		if (list)
			marks |= marks_of(word, ';') | marks_of(word, ',');
		if (marks) {
			__u32 rest = lowest_mark(marks);

			if (rest)
				hash = mix(hash, leading_bytes(word, rest));
			at += rest;
			break;
		}
		hash = mix(hash, word);
		at += 8;
	}
	*end = at;
	if (at == start)
		return 0;
	return hash ? hash : 1;
}

/* Steps over blanks and folds (CRLF followed by a blank, RFC 3261 section 7.3.1). */
static __always_inline __u32 skip_blanks(const struct text *text, __u32 at)
{
	for (int i = 0; i < BLANKS_MAX; i++) {
		__u8 byte = byte_at(text, at);

		if (is_blank(byte)) {
			at++;
		} else if (byte == '\r' && byte_at(text, at + 1) == '\n' && is_blank(byte_at(text, at + 2))) {
			at += 3;
		} else if (byte == '\n' && is_blank(byte_at(text, at + 1))) {
			at += 2;
		} else {
			break;
		}
	}
	return at;
}

/* Length of the fold (CRLF and a blank) that begins at `at`, or 0. */
static __always_inline __u32 fold_at(const struct text *text, __u32 at)
{
	__u8 byte = byte_at(text, at);

	if (byte == '\r' && byte_at(text, at + 1) == '\n' && is_blank(byte_at(text, at + 2)))
		return 3;
	return byte == '\n' && is_blank(byte_at(text, at + 1)) ? 2 : 0;
}

/* Nothing but white space is there: broken for `reason`, or, where the bound on white space was hit,
 * deferred. */
static __always_inline int is_empty_value(const struct text *text, struct sip_scan *scan, __u32 at,
					  __u8 reason)
{
	if (byte_at(text, at) > 0x20)
		return 0;
	if (is_blank(byte_at(text, at)) || fold_at(text, at))
		scan->deferred = SIPSONDE_DEFERRED_value_length;
	else
		scan->malformed = reason;
	return 1;
}

/* ---- the start line ---- */

/* Where the digits and dots begin that end the line [0, end), if it ends in any: "SIP/2.0". */
static __always_inline int version_digits(const struct text *text, __u32 end, __u32 *digits)
{
	__u32 at = end;

	for (int i = 0; i < 8; i++) {
		__u8 byte = byte_at(text, at - 1);

		if (at <= 8 || !((byte >= '0' && byte <= '9') || byte == '.'))
			break;
		at--;
	}
	*digits = at;
	return at != end;
}

/* A line that begins with a token, optional blanks and a colon follows at `at`. */
static __always_inline int header_follows(const struct text *text, __u32 at)
{
	__u32 start = at;

	for (int i = 0; i < 32; i++) {
		if (!is_token_byte(byte_at(text, at)))
			break;
		at++;
	}
	if (at == start)
		return 0;
	for (int i = 0; i < BLANKS_MAX; i++) {
		if (!is_blank(byte_at(text, at)))
			break;
		at++;
	}
	return byte_at(text, at) == ':';
}

static __always_inline int judge_status_line(const struct text *text, struct sip_scan *scan)
{
	__u64 version = lower_case(word_at(text, 0));
	__u8 hundreds = byte_at(text, 8), tens = byte_at(text, 9), ones = byte_at(text, 10);
	__u8 after = byte_at(text, 11);

	scan->is_response = 1;
	if (version != ASCII8('s', 'i', 'p', '/', '2', '.', '0', ' ') || byte_at(text, 7) != ' ') {
		scan->malformed = SIPSONDE_MALFORMED_version;
		return 1;
	}
	if (hundreds < '1' || hundreds > '6' || tens < '0' || tens > '9' || ones < '0' || ones > '9' ||
	    !(after == ' ' || after == '\r' || after == '\n' || scan->length == 11)) {
		scan->malformed = SIPSONDE_MALFORMED_status;
		return 1;
	}
	scan->code = (__u16)((hundreds - '0') * 100 + (tens - '0') * 10 + (ones - '0'));
	return 1;
}

/* Where the start line ends, and how many spaces it has. */
static __always_inline void measure_line(const struct text *text, struct sip_scan *scan)
{
	__u32 at = in_text(scan->origin);

	scan->line_end = scan->length;
	for (__u32 i = 0; i < START_LINE_WORDS; i++) {
		__u64 word = word_at(text, at);
		__u64 feeds = marks_of(word, '\n');
		__u64 x = word ^ EACH_BYTE(' ');
		/* exact marks: each is counted */
		__u64 spaces = ~(((x & EACH_BYTE(0x7f)) + EACH_BYTE(0x7f)) | x) & EACH_BYTE(0x80);

		if (feeds) /* only what lies before it */
			spaces &= (feeds & (0 - feeds)) - 1;
		if (spaces) {
			if (!scan->first_space)
				scan->first_space = at + lowest_mark(spaces);
			scan->spaces += (__u32)(((spaces >> 7) * EACH_BYTE(0x01)) >> 56);
		}
		if (feeds) {
			scan->line_seen = 1;
			if (at + lowest_mark(feeds) < scan->length)
				scan->line_end = at + lowest_mark(feeds);
			break;
		}
		at = in_text(at + 8);
		if (at >= scan->length) {
			scan->line_seen = 1;
			break;
		}
	}
}

/* The first token is one, and ends where the first space is. */
static __always_inline int begins_with_token(const struct text *text, const struct sip_scan *scan)
{
	__u32 at = in_text(scan->origin);

	for (int i = 0; i < 40; i++) {
		if (!is_token_byte(byte_at(text, at)))
			break;
		at++;
	}
	return at && at == scan->first_space;
}

/* The line ends in a name and a version such as HTTP/1.1. */
static __always_inline int is_other_protocol(const struct text *text, __u32 digits)
{
	__u64 before = leading_bytes(word_at(text, digits - 5), 5);

	return before == ASCII8('H', 'T', 'T', 'P', '/', 0, 0, 0) ||
	       before == ASCII8('R', 'T', 'S', 'P', '/', 0, 0, 0);
}

/* Method, one space, Request-URI, one space, SIP/2.0 (RFC 3261 section 7.1); `digits`: of the version. */
static __always_inline __u8 judge_request_parts(const struct text *text, const struct sip_scan *scan,
						__u32 end, __u32 digits)
{
	if (scan->first_space + 1 >= digits - 5 || scan->spaces != 2)
		return SIPSONDE_MALFORMED_uri;
	if (scan->first_space + 2 == digits - 5 && byte_at(text, digits - 6) == '*')
		return SIPSONDE_MALFORMED_uri;
	if (end != digits + 3 ||
	    leading_bytes(word_at(text, digits), 3) != ASCII8('2', '.', '0', 0, 0, 0, 0, 0))
		return SIPSONDE_MALFORMED_version;
	return SIPSONDE_MALFORMED_none;
}

/*
 * It is SIP, or was meant to be, when the line is a token, one space, a text that is no `*`, and " SIP/" with
 * digits; or when it begins with a known method, names no other protocol, and header lines follow.
 */
static __always_inline int judge_request_line(const struct text *text, struct sip_scan *scan)
{
	__u32 end = scan->line_end, digits;
	int known, versioned, doubtful;

	scan->method = known_method(text, scan->origin, &scan->method_length);
	known = scan->method_length && scan->first_space == scan->method_length;
	if (!known)
		scan->method = SIPSONDE_METHOD_other;
	if (!scan->line_seen) {
		if (known)
			scan->deferred = SIPSONDE_DEFERRED_start_line_length;
		return known;
	}
	if (end && byte_at(text, end - 1) == '\r')
		end--;
	versioned = end > 8 && version_digits(text, end, &digits);
	if (!versioned || byte_at(text, digits - 5) != ' ' ||
	    leading_bytes(lower_case(word_at(text, digits - 4)), 4) !=
		    ASCII8('s', 'i', 'p', '/', 0, 0, 0, 0)) {
		if (versioned && is_other_protocol(text, digits))
			return 0;
		scan->malformed = SIPSONDE_MALFORMED_start_line;
		doubtful = 1;
	} else {
		scan->malformed = judge_request_parts(text, scan, end, digits);
		doubtful = scan->first_space + 2 == digits - 5 && byte_at(text, digits - 6) == '*';
	}
	if (doubtful)
		return known && header_follows(text, scan->line_end + 1);
	return known || begins_with_token(text, scan);
}

/* Whether the text is SIP or was meant to be. Then the start line is judged and the header scan may begin. */
static __always_inline int judge_start_line(const struct text *text, struct sip_scan *scan)
{
	measure_line(text, scan);
	scan->position = scan->line_end; /* of the line feed itself: a line begins behind it */
	if (leading_bytes(lower_case(word_at(text, 0)), 4) != ASCII8('s', 'i', 'p', '/', 0, 0, 0, 0))
		return judge_request_line(text, scan);
	if (!scan->line_seen)
		scan->deferred = SIPSONDE_DEFERRED_start_line_length;
	return judge_status_line(text, scan);
}

/* ---- the header section ---- */

enum header_name { HEADER_NONE, HEADER_VIA, HEADER_CALL_ID, HEADER_CSEQ, HEADER_TO, HEADER_RSEQ };

/* Which of our headers may begin at `at`, and the length of its name, by its letters alone. */
static __always_inline __u32 header_candidate(const struct text *text, __u32 at, __u32 *length)
{
	__u64 word = lower_case(word_at(text, at));
	__u8 letter = (__u8)word;

	if (letter == 'v') {
		*length = leading_bytes(word, 3) == ASCII8('v', 'i', 'a', 0, 0, 0, 0, 0) ? 3 : 1;
		return HEADER_VIA;
	}
	if (letter == 'c') {
		if (leading_bytes(word, 4) == ASCII8('c', 's', 'e', 'q', 0, 0, 0, 0)) {
			*length = 4;
			return HEADER_CSEQ;
		}
		*length = 7;
		return leading_bytes(word, 7) == ASCII8('c', 'a', 'l', 'l', '-', 'i', 'd', 0) &&
				       byte_at(text, at + 4) == '-'
			       ? HEADER_CALL_ID
			       : HEADER_NONE;
	}
	if (letter == 't') {
		*length = leading_bytes(word, 2) == ASCII8('t', 'o', 0, 0, 0, 0, 0, 0) ? 2 : 1;
		return HEADER_TO;
	}
	if (letter == 'i') {
		*length = 1;
		return HEADER_CALL_ID;
	}
	*length = 4;
	return leading_bytes(word, 4) == ASCII8('r', 's', 'e', 'q', 0, 0, 0, 0) ? HEADER_RSEQ : HEADER_NONE;
}

/* The value of header `name` begins at `at`. */
static __always_inline void note_header(struct sip_scan *scan, __u32 name, __u32 at)
{
	if (at > scan->length)
		at = scan->length;
	if (name == HEADER_VIA) {
		if (!scan->via_at)
			scan->via_at = at;
	} else if (name == HEADER_CSEQ) {
		scan->cseq_at = at;
		scan->cseq_count++;
	} else if (name == HEADER_CALL_ID) {
		if (!scan->call_id_at)
			scan->call_id_at = at;
		scan->call_id_count++;
	} else if (name == HEADER_TO) {
		if (!scan->to_at)
			scan->to_at = at;
	} else {
		scan->rseq_at = at;
	}
}

/* Marks of line feeds in the first of four words at *at that has any; *at is then that word, else the last.
 */
static __always_inline __u64 pass_words(const struct text *text, __u32 *at)
{
	const __u8 *words = text->bytes + in_text(*at); /* one mask for all four: they end in the slack */
	__u64 feeds = marks_of(load_word(words), '\n');

	if (feeds)
		return feeds;
	*at += 8;
	feeds = marks_of(load_word(words + 8), '\n');
	if (feeds)
		return feeds;
	*at += 8;
	feeds = marks_of(load_word(words + 16), '\n');
	if (feeds)
		return feeds;
	*at += 8;
	return marks_of(load_word(words + 24), '\n');
}

/* Looks at the headers for HEADER_CHUNK_TURNS turns: a turn passes four words, a line's end, or one blank
 * between a name and its colon. Returns 1 when the headers' end was reached. */
static __always_inline int scan_headers(const struct text *text, struct sip_scan *scan)
{
	__u32 at = in_text(scan->position);

	for (int i = 0; i < HEADER_CHUNK_TURNS; i++) {
		__u32 name_length = 0;
		__u64 feeds;
		__u8 byte;

		if (at >= scan->length) {
			scan->complete = 1;
			break;
		}
		if (scan->name) { /* a name of ours was read: its colon is due */
			byte = byte_at(text, at);
			if (byte == ':')
				note_header(scan, scan->name, at + 1);
			if (!is_blank(byte)) /* and a line feed is left for the next turn */
				scan->name = HEADER_NONE;
			at = in_text(at + (byte != '\n'));
			continue;
		}
		feeds = pass_words(text, &at);
		if (!feeds) {
			at = in_text(at + 8);
			continue;
		}
		at = in_text(at + lowest_mark(feeds) + 1);
		byte = byte_at(text, at);
		if (at >= scan->length || byte == '\n' || (byte == '\r' && byte_at(text, at + 1) == '\n')) {
			scan->complete = 1;
			break;
		}
		scan->name = header_candidate(text, at, &name_length);
		if (scan->name)
			at = in_text(at + name_length);
	}
	scan->position = at;
	return scan->complete;
}

/* ---- the values ---- */

enum { /* scan->state while a sent-protocol is read; the low bits count slashes */
       PROTOCOL_SLASHES = 3,
       PROTOCOL_TOKEN = 4, /* bytes of a token since the last slash */
       PROTOCOL_ENDED = 8, /* and white space behind them */
};

/* Behind "SIP / 2.0 / UDP" and the white space that ends it, or 0 when the value has another form. */
static __always_inline __u32 skip_sent_protocol(const struct text *text, struct sip_scan *scan, __u32 at)
{
	scan->state = 0;
	if (lower_case(word_at(text, at)) == ASCII8('s', 'i', 'p', '/', '2', '.', '0', '/')) {
		at = in_text(at + 8);
		scan->state = 2;
	}
	for (int i = 0; i < 28; i++) {
		__u8 byte = byte_at(text, at);
		__u32 fold;

		if (byte == '/') {
			scan->state = (scan->state & PROTOCOL_SLASHES) + 1;
			if (scan->state > 2)
				return 0;
		} else if (is_blank(byte) || byte < 0x20) {
			fold = fold_at(text, at);
			if (!fold && !is_blank(byte))
				return 0;
			at += fold ? fold - 1 : 0;
			if (scan->state & PROTOCOL_TOKEN)
				scan->state |= PROTOCOL_ENDED;
		} else if (scan->state == (2 | PROTOCOL_TOKEN | PROTOCOL_ENDED)) {
			return at;
		} else if (is_token_byte(byte) && !(scan->state & PROTOCOL_ENDED)) {
			scan->state |= PROTOCOL_TOKEN;
		} else {
			return 0;
		}
		at = in_text(at + 1);
	}
	return 0;
}

enum {		       /* scan->state while parameters are read */
       IN_SENT_BY = 1, /* bytes of sent-by were seen */
       IN_PARAMETERS = 2,
       AT_NAME = 4, /* a parameter's name is due */
       IN_QUOTES = 8,
       IN_ANGLES = 16,
       FINISHED = 32,
};

/* The value of the parameter whose name of `length` bytes ends at `at`: behind the equals sign, else 0. */
static __always_inline __u32 parameter_value(const struct text *text, __u32 at)
{
	at = skip_blanks(text, at);
	if (byte_at(text, at) != '=')
		return 0;
	return skip_blanks(text, at + 1);
}

static __always_inline void read_branch(const struct text *text, struct sip_scan *scan)
{
	__u32 at = parameter_value(text, scan->at), end;

	if (!at)
		return;
	scan->magic_cookie =
		leading_bytes(word_at(text, at), 7) == ASCII8('z', '9', 'h', 'G', '4', 'b', 'K', 0);
	scan->branch_hash = hash_token(text, at, 1, VALUE_TURNS, scan->seed, &end);
	if (end - at >= 8 * VALUE_TURNS)
		scan->deferred = SIPSONDE_DEFERRED_value_length;
}

/* One delimiter of a Via at `at`; returns where to go on. */
static __always_inline __u32 pass_via_delimiter(const struct text *text, struct sip_scan *scan, __u32 at)
{
	__u8 byte = byte_at(text, at);
	__u32 fold;

	if (scan->state & IN_QUOTES) {
		if (byte == '"')
			scan->state &= ~IN_QUOTES;
		return at + (byte == '\\' ? 2 : 1);
	}
	if (byte == ';') {
		scan->state |= IN_PARAMETERS | AT_NAME;
		return at + 1;
	}
	if (byte == '"') {
		scan->state |= IN_QUOTES;
		return at + 1;
	}
	if (is_blank(byte))
		return at + 1;
	fold = fold_at(text, at);
	if (!fold) /* a comma, or the end of the value */
		scan->state |= FINISHED;
	return at + fold;
}

/* The top Via: sent-by, and where the value of its branch is (scan->at, 0: none). Further Vias behind a
 * comma are not looked at. */
static __always_inline void read_via(const struct text *text, struct sip_scan *scan)
{
	__u32 at = skip_blanks(text, scan->via_at);

	if (is_empty_value(text, scan, at, SIPSONDE_MALFORMED_via_missing))
		return;
	at = in_text(skip_sent_protocol(text, scan, at));
	if (!at) {
		scan->malformed = SIPSONDE_MALFORMED_via_broken;
		return;
	}
	scan->sent_by_hash = scan->seed;
	scan->at = 0;
	scan->state = 0;
	for (int i = 0; i < VALUE_TURNS; i++) {
		__u64 word = word_at(text, at);
		__u64 quoted = marks_of(word, '"') | marks_of(word, '\\');
		__u64 plain = marks_below(word, 0x21) | marks_of(word, ';') | marks_of(word, ',') |
			      marks_of(word, '"');
		__u64 marks = scan->state & IN_QUOTES ? quoted : plain;
		__u32 length = marks ? lowest_mark(marks) : 8;

		if (length && !(scan->state & IN_PARAMETERS)) {
			scan->sent_by_hash =
				mix(scan->sent_by_hash, marks ? leading_bytes(word, length) : word);
			scan->state |= IN_SENT_BY;
		}
		if (length && scan->state & AT_NAME) {
			__u8 after = byte_at(text, at + 6);

			scan->state &= ~AT_NAME;
			if (leading_bytes(lower_case(word), 6) ==
				    ASCII8('b', 'r', 'a', 'n', 'c', 'h', 0, 0) &&
			    (after == '=' || after < 0x21)) {
				scan->at = at + 6;
				scan->state |= FINISHED;
				break;
			}
		}
		at = in_text(at + length);
		if (marks)
			at = in_text(pass_via_delimiter(text, scan, at));
		if (scan->state & FINISHED)
			break;
	}
	if (!(scan->state & FINISHED))
		scan->deferred = SIPSONDE_DEFERRED_value_length;
	else if (!(scan->state & IN_SENT_BY))
		scan->malformed = SIPSONDE_MALFORMED_via_broken;
	if (scan->at)
		read_branch(text, scan);
}

static __always_inline void read_call_id(const struct text *text, struct sip_scan *scan)
{
	__u32 at = skip_blanks(text, scan->call_id_at), end;

	if (!is_empty_value(text, scan, at, SIPSONDE_MALFORMED_call_id_missing))
		scan->call_id_hash = hash_token(text, at, 0, CALL_ID_WORDS, scan->seed, &end);
}

/* The CSeq's method; of a request it must be the start line's (RFC 3261 section 8.1.1.5). */
static __always_inline void read_cseq_method(const struct text *text, struct sip_scan *scan, __u32 at)
{
	__u32 length, end;
	__u8 method = known_method(text, at, &length);

	if (!length || byte_at(text, at + length) > 0x20)
		method = SIPSONDE_METHOD_other;
	if (scan->is_response) {
		scan->method = method;
		if (byte_at(text, at) < 0x21)
			scan->malformed = SIPSONDE_MALFORMED_cseq_method;
	} else if (method != scan->method ||
		   (method == SIPSONDE_METHOD_other &&
		    hash_token(text, at, 0, 8, 0, &end) != hash_token(text, 0, 0, 8, 0, &end))) {
		scan->malformed = SIPSONDE_MALFORMED_cseq_method;
	}
}

static __always_inline void read_cseq(const struct text *text, struct sip_scan *scan)
{
	__u32 at = skip_blanks(text, scan->cseq_at), start = at, next;
	__u64 number = 0;

	for (int i = 0; i < 11; i++) {
		__u8 byte = byte_at(text, at);

		if (byte < '0' || byte > '9')
			break;
		number = number * 10 + (byte - '0');
		at++;
	}
	if (is_empty_value(text, scan, start, SIPSONDE_MALFORMED_cseq_missing))
		return;
	next = skip_blanks(text, at);
	if (at == start || number >= 1ULL << 31 || (next == at && byte_at(text, at) > 0x20)) {
		scan->malformed = SIPSONDE_MALFORMED_cseq_number;
		return;
	}
	scan->cseq_number = (__u32)number;
	read_cseq_method(text, scan, next);
}

/* One delimiter of a To at `at`; returns where to go on. */
static __always_inline __u32 pass_to_delimiter(const struct text *text, struct sip_scan *scan, __u32 at)
{
	__u8 byte = byte_at(text, at);
	__u32 fold;

	if (byte == '\\')
		return at + (scan->state & IN_QUOTES ? 2 : 1);
	if (byte == '"' && !(scan->state & IN_ANGLES))
		scan->state ^= IN_QUOTES;
	else if (byte == '<' && !(scan->state & IN_QUOTES))
		scan->state |= IN_ANGLES;
	else if (byte == '>' && !(scan->state & IN_QUOTES))
		scan->state &= ~IN_ANGLES;
	else if (byte == ';' && !(scan->state & (IN_QUOTES | IN_ANGLES)))
		scan->state |= AT_NAME;
	if (byte >= 0x20 || byte == '\t')
		return at + 1;
	fold = fold_at(text, at);
	if (!fold)
		scan->state |= FINISHED;
	return at + fold;
}

/* The tag parameter of To: outside quotes and angle brackets. */
static __always_inline void read_to_tag(const struct text *text, struct sip_scan *scan)
{
	__u32 at = in_text(scan->to_at), end;

	scan->at = 0;
	scan->state = 0;
	for (int i = 0; i < VALUE_TURNS; i++) {
		__u64 word = word_at(text, at);
		__u64 marks = marks_below(word, 0x20) | marks_of(word, '"') | marks_of(word, ';') |
			      marks_of(word, '<') | marks_of(word, '>') | marks_of(word, '\\');
		__u8 byte = (__u8)word;

		if (scan->state & AT_NAME && byte > 0x20) {
			__u8 after = byte_at(text, at + 3);

			scan->state &= ~AT_NAME;
			if (leading_bytes(lower_case(word), 3) == ASCII8('t', 'a', 'g', 0, 0, 0, 0, 0) &&
			    (after == '=' || after < 0x21)) {
				scan->at = at + 3;
				scan->state |= FINISHED;
				break;
			}
		}
		if (scan->state & AT_NAME && byte == ' ') {
			at = in_text(at + 1);
			continue;
		}
		at = in_text(at + (marks ? lowest_mark(marks) : 8));
		if (marks)
			at = in_text(pass_to_delimiter(text, scan, at));
		if (scan->state & FINISHED)
			break;
	}
	if (!(scan->state & FINISHED))
		scan->deferred = SIPSONDE_DEFERRED_value_length;
	if (!scan->at)
		return;
	at = parameter_value(text, scan->at);
	if (at)
		scan->to_tag_hash = hash_token(text, at, 1, CALL_ID_WORDS, scan->seed, &end);
}

static __always_inline void read_rseq(const struct text *text, struct sip_scan *scan)
{
	__u32 end;

	scan->rseq_hash = hash_token(text, skip_blanks(text, scan->rseq_at), 0, 4, scan->seed, &end);
}

/* ---- the judgement ---- */

/* After the scan: what is missing or stands twice. With `complete` unset a bound was hit, and what was not
 * found may be there: deferred, never malformed. */
static __always_inline void judge_headers(struct sip_scan *scan)
{
	__u8 missing = SIPSONDE_MALFORMED_none;

	if (scan->call_id_count > 1)
		scan->malformed = SIPSONDE_MALFORMED_call_id_repeated;
	else if (scan->cseq_count > 1)
		scan->malformed = SIPSONDE_MALFORMED_cseq_repeated;
	if (!scan->via_at)
		missing = SIPSONDE_MALFORMED_via_missing;
	else if (!scan->call_id_at)
		missing = SIPSONDE_MALFORMED_call_id_missing;
	else if (!scan->cseq_at)
		missing = SIPSONDE_MALFORMED_cseq_missing;
	if (scan->malformed || (!missing && (scan->complete || scan->to_at)))
		return;
	if (!scan->complete || scan->deferred)
		scan->deferred = scan->deferred ? scan->deferred : (__u8)SIPSONDE_DEFERRED_header_length;
	else
		scan->malformed = scan->truncated ? (__u8)SIPSONDE_MALFORMED_truncated : missing;
}

/* After the header scan: what is missing, and what the found headers say. */
static __always_inline void read_values(const struct text *text, struct sip_scan *scan)
{
	judge_headers(scan);
	if (scan->call_id_at)
		read_call_id(text, scan);
	if (scan->malformed || scan->deferred)
		return;
	read_cseq(text, scan);
	if (!scan->malformed)
		read_via(text, scan);
	/* Only a response may be a fork's, and only an INVITE with a To-tag is no initial one. */
	if ((scan->is_response || scan->method == SIPSONDE_METHOD_invite) && scan->to_at &&
	    !scan->malformed && !scan->deferred)
		read_to_tag(text, scan);
	if (scan->rseq_at)
		read_rseq(text, scan);
}

/* The whole judgement over a text, as the kernel makes it in steps. Zero `scan` but for length, seed and
 * truncated, and have TEXT_SLACK zeroes behind the text. Returns 0 when it is no SIP. */
static __always_inline int judge_sip(const struct text *text, struct sip_scan *scan)
{
	if (!judge_start_line(text, scan))
		return 0;
	if (scan->malformed || scan->deferred)
		return 1;
	for (int i = 0; i < HEADER_CHUNKS; i++)
		if (scan_headers(text, scan))
			break;
	read_values(text, scan);
	return 1;
}

#endif
