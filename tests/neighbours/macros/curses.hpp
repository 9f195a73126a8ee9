// SPDX-License-Identifier: MIT
// What curses.h leaves defined for C++. Those of term.h are not here: `columns`, `lines` and forty more words are
// no names for anything behind it.
#define OK (0)
#define ERR (-1)
#define TRUE 1
#define FALSE 0
#define stdscr (screen_)
#define addch(ch) waddch(stdscr, (ch))
#define addstr(str) waddnstr(stdscr, (str), -1)
#define attron(at) wattr_on(stdscr, (at))
#define border(ls, rs, ts, bs, tl, tr, bl, br) wborder(stdscr, ls, rs, ts, bs, tl, tr, bl, br)
#define box(win, v, h) wborder(win, v, v, h, h, 0, 0, 0, 0)
#define delch() wdelch(stdscr)
#define deleteln() winsdelln(stdscr, -1)
#define echochar(c) wechochar(stdscr, (c))
#define getch() wgetch(stdscr)
#define inch() winch(stdscr)
#define refresh() wrefresh(stdscr)
#define scroll(win) wscrl((win), 1)
#define standout() wstandout(stdscr)
#define timeout(delay) wtimeout(stdscr, (delay))
#define getyx(win, y, x) (y = getcury(win), x = getcurx(win))
