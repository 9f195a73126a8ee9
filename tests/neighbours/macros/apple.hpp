// SPDX-License-Identifier: MIT
// What AssertMacros.h, MacTypes.h and objc.h of macOS leave defined.
#define check(assertion)
#define check_noerr(error)
#define check_string(assertion, message)
#define verify(assertion)
#define verify_noerr(error)
#define require(assertion, label)
#define require_noerr(error, label)
#define require_action(assertion, label, action)
#define ncheck(assertion)
#define nrequire(assertion, label)
#define nil nullptr
#define Nil nullptr
#define YES true
#define NO false
#define TRUE 1
#define FALSE 0
