// SPDX-License-Identifier: MIT
// What <windows.h> leaves defined without NOMINMAX: minwindef.h, windef.h, rpcndr.h, combaseapi.h, wingdi.h,
// winuser.h, winerror.h, winbase.h, winnt.h, mmsystem.h, dlgs.h.
#define min(a, b) (((a) < (b)) ? (a) : (b))
#define max(a, b) (((a) > (b)) ? (a) : (b))
#define near
#define far
#define NEAR
#define FAR
#define pascal
#define cdecl
#define small char
#define hyper long long
#define interface struct
#define PURE = 0
#define THIS_
#define THIS void
#define CONST const
#define VOID void
#define IN
#define OUT
#define OPTIONAL
#define CALLBACK
#define WINAPI
#define APIENTRY
#define STRICT 1
#define TRUE 1
#define FALSE 0
#define ERROR 0
#define NO_ERROR 0L
#define NULLREGION 1
#define ABSOLUTE 1
#define RELATIVE 2
#define TRANSPARENT 1
#define OPAQUE 2
#define ALTERNATE 1
#define WINDING 2
#define DIFFERENCE 11
#define DOMAIN 1
#define OVERFLOW 3
#define UNDERFLOW 4
#define IGNORE 0
#define INFINITE 0xFFFFFFFF
#define DELETE (0x00010000L)
#define SYNCHRONIZE (0x00100000L)
#define CopyMemory(d, s, n) memcpy((d), (s), (n))
#define FillMemory(d, n, c) memset((d), (c), (n))
#define MoveMemory(d, s, n) memmove((d), (s), (n))
#define ZeroMemory(d, n) memset((d), 0, (n))
#define Yield()
#define GetCurrentTime() GetTickCount()
#define GetFreeSpace(w) (0x100000L)
#define GetMessage GetMessageA
#define SendMessage SendMessageA
#define GetObject GetObjectA
#define GetClassName GetClassNameA
#define GetCommandLine GetCommandLineA
#define GetEnvironmentStrings GetEnvironmentStringsA
#define GetProp GetPropA
#define GetUserName GetUserNameA
#define CreateFile CreateFileA
#define CreateProcess CreateProcessA
#define CreateWindow CreateWindowA
#define DeleteFile DeleteFileA
#define DrawText DrawTextA
#define FindText FindTextA
#define ReplaceText ReplaceTextA
#define LoadImage LoadImageA
#define LoadLibrary LoadLibraryA
#define MessageBox MessageBoxA
#define PlaySound PlaySoundA
#define ReportEvent ReportEventA
#define StartDoc StartDocA
#define UpdateResource UpdateResourceA
#define environ _environ
#define rad1 0x0420
#define grp1 0x0430
#define lst1 0x0460
#define cmb1 0x0470
#define edt1 0x0480
