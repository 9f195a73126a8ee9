// SPDX-License-Identifier: MIT
// What C libraries and compilers leave defined: sys/sysmacros.h, sys/param.h, sys/stat.h, complex.h and sys/cdefs.h of
// glibc and the BSDs, ctype.h of old ones, altivec.h, and the names of the system under -std=gnu++20.
#define major(dev) gnu_dev_major(dev)
#define minor(dev) gnu_dev_minor(dev)
#define makedev(maj, min) gnu_dev_makedev(maj, min)
#define linux 1
#define unix 1
#define i386 1
#define mips 1
#define sparc 1
#define sun 1
#define arm 1
#define vax 1
#define hpux 1
#define MIN(a, b) (((a) < (b)) ? (a) : (b))
#define MAX(a, b) (((a) > (b)) ? (a) : (b))
#define roundup(x, y) ((((x) + ((y)-1)) / (y)) * (y))
#define powerof2(x) ((((x)-1) & (x)) == 0)
#define howmany(x, y) (((x) + ((y)-1)) / (y))
#define setbit(a, i) ((a)[(i) / 8] |= 1 << ((i) % 8))
#define clrbit(a, i) ((a)[(i) / 8] &= ~(1 << ((i) % 8)))
#define isset(a, i) ((a)[(i) / 8] & (1 << ((i) % 8)))
#define isclr(a, i) (((a)[(i) / 8] & (1 << ((i) % 8))) == 0)
#define PAGE_SIZE 4096
#define PAGE_SHIFT 12
#define PAGE_MASK (~(PAGE_SIZE - 1))
#define NBBY 8
#define st_atime st_atim.tv_sec
#define st_mtime st_mtim.tv_sec
#define st_ctime st_ctim.tv_sec
#define s_addr S_un.S_addr
#define I _Complex_I
#define complex _Complex
#define imaginary _Imaginary
#define pixel __pixel
#define __used __attribute__((__used__))
#define __unused __attribute__((__unused__))
#define __packed __attribute__((__packed__))
#define __weak __attribute__((__weak__))
#define _U 01
#define _L 02
#define _N 04
#define _S 010
#define _P 020
#define _C 040
#define _X 0100
#define _B 0200
#define _A 0400
#define _D 01000
#define _T 02000
#define assert(expression) ((void)0)
