// SPDX-License-Identifier: MIT
// What <QObject> leaves defined without QT_NO_KEYWORDS: qtmetamacros.h, qobjectdefs.h, qforeach.h, qglobal.h.
#define slots
#define signals public
#define emit
#define foreach(variable, container) for (variable : container)
#define forever for (;;)
#define Q_OBJECT
#define Q_GADGET
#define Q_EMIT
#define Q_SLOTS
#define Q_SIGNALS public
#define Q_SLOT
#define Q_SIGNAL
#define Q_PROPERTY(...)
#define Q_ENUM(x)
#define Q_INVOKABLE
#define Q_FOREACH(variable, container) for (variable : container)
#define Q_FOREVER for (;;)
#define Q_UNUSED(x) (void)x;
#define Q_ASSERT(cond) static_cast<void>(false && (cond))
#define Q_DISABLE_COPY(Class) Class(const Class&) = delete;
#define METHOD(a) "0" #a
#define SLOT(a) "1" #a
#define SIGNAL(a) "2" #a
#define QT_VERSION 0x060400
