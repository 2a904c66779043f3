/* Low memory: the globals at fixed addresses that hosts, debuggers and tests read (docs/guest.md has the table).
 * Those below 0x0B00 have the addresses of Inside Macintosh. */
#ifndef MOOF_LOWMEM_H
#define MOOF_LOWMEM_H

#include "types.h"

#define LOWMEM(type, address) (*(volatile type *)(address))

#define MEM_TOP          LOWMEM(u32, 0x108)
#define TICKS            LOWMEM(u32, 0x16A)
#define KEY_MAP          ((volatile u8 *)0x174)   /* 128 bits, one per ADB code */
#define KEY_THRESH       LOWMEM(u16, 0x18E)       /* ticks until a held key repeats, and between repeats */
#define KEY_REP_THRESH   LOWMEM(u16, 0x190)
#define TIME             LOWMEM(u32, 0x20C)
#define DOUBLE_TIME      LOWMEM(u32, 0x2F0)       /* a click fewer ticks after another is its second */
#define MOUSE_TEMP       LOWMEM(u32, 0x828)       /* y << 16 | x, as a QuickDraw point lies in memory */
#define MOUSE_RAW        LOWMEM(u32, 0x82C)
#define MOUSE            LOWMEM(u32, 0x830)
#define CURSOR_NEW       LOWMEM(u8, 0x8CE)

#define SCREEN_SEQUENCE  LOWMEM(u32, 0xB00)       /* odd while something is being drawn */
#define MOOF_GLOBALS     LOWMEM(u32, 0xB04)       /* 'MOOF' once the desktop is up */
#define NOTES_TEXT       LOWMEM(u32, 0xB08)
#define NOTES_LENGTH     LOWMEM(u32, 0xB0C)
#define FRONT_ORIGIN     LOWMEM(u32, 0xB10)       /* x << 16 | y */
#define FRONT_SIZE       LOWMEM(u32, 0xB14)       /* width << 16 | height */
#define FRONT_APP        LOWMEM(u32, 0xB18)
#define CARD_FRAMES      LOWMEM(u32, 0xB1C)
#define OPEN_WINDOWS     LOWMEM(u32, 0xB20)
#define SOUND_SOURCES    LOWMEM(u32, 0xB24)
#define MENU_TRACKING    LOWMEM(u32, 0xB28)
#define DIALOG_SHOWN     LOWMEM(u32, 0xB2C)       /* one of enum DialogId, 0 without one */
#define DOCUMENT_NAME    LOWMEM(u32, 0xB30)       /* address of the title of the document in Notes, a C string */
#define DOCUMENT_DIRTY   LOWMEM(u32, 0xB34)       /* 1 while it has changes that are not saved */

enum DialogId { DIALOG_ALERT = 1, DIALOG_OPEN_FILE, DIALOG_SAVE_FILE };

#define MOOF_SIGNATURE 0x4D4F4F46u

#endif
