// SPDX-License-Identifier: MIT
// What X.h, Xlib.h, Xlibint.h and Xutil.h leave defined.
#define None 0L
#define Bool int
#define Status int
#define True 1
#define False 0
#define Always 2
#define Success 0
#define Above 0
#define Below 1
#define Opposite 4
#define Unsorted 0
#define Complex 0
#define Nonconvex 1
#define Convex 2
#define Expose 12
#define KeyPress 2
#define FocusIn 9
#define FocusOut 10
#define CursorShape 0
#define ControlMask (1 << 2)
#define GrayScale 1
#define StaticColor 2
#define ParentRelative 1L
#define CopyFromParent 0L
#define InputOutput 1
#define InputOnly 2
#define Unmap 3
#define Absolute 0
#define Button1 1
#define NoValue 0x0000
#define min(a, b) (((a) < (b)) ? (a) : (b))
#define max(a, b) (((a) > (b)) ? (a) : (b))
#define Data(dpy, data, len)
#define ConnectionNumber(dpy) 0
