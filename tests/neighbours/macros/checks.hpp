// SPDX-License-Identifier: MIT
// What logging and test frameworks, engines, kernels and gettext leave defined: glog, doctest, Catch2, GoogleTest,
// Boost.Test, Unreal Engine, GLib, Arduino.h.
#define CHECK(condition) ((void)(condition))
#define CHECK_EQ(a, b) ((void)((a) == (b)))
#define DCHECK(condition) ((void)0)
#define LOG(severity) log_stream_##severity()
#define VLOG(level) LOG(INFO)
#define INFO(...) ((void)0)
#define WARN(...) ((void)0)
#define FAIL(...) ((void)0)
#define MESSAGE(...) ((void)0)
#define CAPTURE(...) ((void)0)
#define REQUIRE(...) ((void)0)
#define SECTION(...) if (true)
#define SUBCASE(...) if (true)
#define TEST(suite, name) void suite##_##name()
#define EXPECT_EQ(a, b) ((void)((a) == (b)))
#define ASSERT(x) ((void)0)
#define UNREACHABLE() ((void)0)
#define check(expression) ((void)0)
#define checkf(expression, ...) ((void)0)
#define ensure(expression) (!!(expression))
#define verify(expression) ((void)(expression))
#define unimplemented() ((void)0)
#define TEXT(x) L##x
#define PI 3.14159f
#define likely(x) __builtin_expect(!!(x), 1)
#define unlikely(x) __builtin_expect(!!(x), 0)
#define container_of(ptr, type, member) ((type*)((char*)(ptr)-__builtin_offsetof(type, member)))
#define ARRAY_SIZE(x) (sizeof(x) / sizeof((x)[0]))
#define MIN(a, b) (((a) < (b)) ? (a) : (b))
#define MAX(a, b) (((a) > (b)) ? (a) : (b))
#define ABS(a) (((a) < 0) ? -(a) : (a))
#define CLAMP(x, low, high) (((x) > (high)) ? (high) : (((x) < (low)) ? (low) : (x)))
#define _(text) gettext(text)
#define N_(text) text
#define min(a, b) ((a) < (b) ? (a) : (b))
#define max(a, b) ((a) > (b) ? (a) : (b))
#define abs(x) ((x) > 0 ? (x) : -(x))
#define round(x) ((x) >= 0 ? (long)((x) + 0.5) : (long)((x)-0.5))
#define constrain(x, low, high) ((x) < (low) ? (low) : ((x) > (high) ? (high) : (x)))
#define bit(b) (1UL << (b))
#define F(string_literal) (string_literal)
#define HIGH 0x1
#define LOW 0x0
#define INPUT 0x0
#define OUTPUT 0x1
#define DEFAULT 1
#define DEBUG 1
#define NDEBUG 1
