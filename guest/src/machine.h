/* Calls to the host: one inline function per EMUL_OP (docs/guest.md lists them).
 *
 * An EMUL_OP is an opcode that no 68k has and that the emulator executes. Arguments and results are in registers. */
#ifndef MOOF_MACHINE_H
#define MOOF_MACHINE_H

#include "types.h"

enum MachineInfo {
    INFO_VERSION = 0, INFO_RAM_SIZE, INFO_SCREEN_BASE, INFO_SCREEN_CAPACITY,
    INFO_ROM_BASE, INFO_ROM_LENGTH, INFO_DEPTHS, INFO_XPRAM_SIZE, INFO_MODE_SIZE, INFO_MODE_DEPTH,
};

/* The flags of IRQ_ACK; several may be set. */
enum Interrupt {
    IRQ_TICK = 1, IRQ_SECOND = 2, IRQ_SERIAL = 4, IRQ_ETHER = 8,
    IRQ_AUDIO = 16, IRQ_TIMER = 32, IRQ_ADB = 64, IRQ_NMI = 128,
};

enum AdbKind { ADB_NONE = 0, ADB_KEY_DOWN, ADB_KEY_UP, ADB_MOUSE_ABSOLUTE, ADB_MOUSE_RELATIVE, ADB_WHEEL, ADB_KEYBOARD_LAYOUT,
    ADB_SCREEN_SIZE, ADB_READ_SCREEN };

typedef struct { u32 kind, data, extra; } AdbEvent;

static inline u32 machine_info(u32 selector)
{
    register u32 d0 __asm__("d0") = selector;
    __asm__ volatile(".short 0x7140" : "+d"(d0));
    return d0;
}

static inline u32 irq_acknowledge(u32 *elapsed_ticks)
{
    register u32 d0 __asm__("d0");
    register u32 d1 __asm__("d1");
    __asm__ volatile(".short 0x7141" : "=d"(d0), "=d"(d1) : : "memory");
    *elapsed_ticks = d1;
    return d0;
}

static inline AdbEvent adb_read(void)
{
    register u32 d0 __asm__("d0");
    register u32 d1 __asm__("d1");
    register u32 d2 __asm__("d2");
    __asm__ volatile(".short 0x7142" : "=d"(d0), "=d"(d1), "=d"(d2) : : "memory");
    return (AdbEvent){d0, d1, d2};
}

/* False when the machine has no such mode. */
static inline bool video_mode(u16 width, u16 height, u8 depth, u32 *row_bytes)
{
    register u32 d0 __asm__("d0") = (u32)width << 16 | height;
    register u32 d1 __asm__("d1") = depth;
    __asm__ volatile(".short 0x7143" : "+d"(d0), "+d"(d1) : : "memory");
    *row_bytes = d1;
    return d0 == 0;
}

static inline void video_clut(u32 first, u32 count, const u32 *rgb0)
{
    register u32 d0 __asm__("d0") = first;
    register u32 d1 __asm__("d1") = count;
    register const u32 *a0 __asm__("a0") = rgb0;
    __asm__ volatile(".short 0x7144" : "+d"(d0), "+d"(d1) : "a"(a0) : "memory");
}

/* NULL closes the source. */
static inline void audio_open(void *component_data)
{
    register void *a0 __asm__("a0") = component_data;
    __asm__ volatile(".short 0x7145" : : "a"(a0) : "memory", "d0", "d1");
}

static inline void audio_done(void)
{
    __asm__ volatile(".short 0x7146" : : : "memory", "d0", "d1");
}

static inline u8 xpram_read(u32 offset)
{
    register u32 d0 __asm__("d0") = offset;
    __asm__ volatile(".short 0x7147" : "+d"(d0));
    return (u8)d0;
}

static inline void xpram_write(u32 offset, u8 value)
{
    register u32 d0 __asm__("d0") = offset;
    register u32 d1 __asm__("d1") = value;
    __asm__ volatile(".short 0x7148" : "+d"(d0), "+d"(d1));
}

static inline void cursor_report(Point hot_spot, bool visible)
{
    register u32 d0 __asm__("d0") = (u32)(u16)hot_spot.x << 16 | (u16)hot_spot.y;
    register u32 d1 __asm__("d1") = visible;
    __asm__ volatile(".short 0x7149" : "+d"(d0), "+d"(d1));
}

/* Seconds since 1904, local time. */
static inline u32 clock_seconds(void)
{
    register u32 d0 __asm__("d0");
    __asm__ volatile(".short 0x714A" : "=d"(d0));
    return d0;
}

/* CLOCK_REALTIME in microseconds. */
static inline unsigned long long clock_microseconds(void)
{
    register u32 high __asm__("d0");
    register u32 low __asm__("d1");
    __asm__ volatile(".short 0x714B" : "=d"(high), "=d"(low));
    return (unsigned long long)high << 32 | low;
}

static inline void power(bool restart)
{
    register u32 d0 __asm__("d0") = restart;
    __asm__ volatile(".short 0x714C" : "+d"(d0) : : "memory");
}

static inline void log_line(const char *text)
{
    register const char *a0 __asm__("a0") = text;
    __asm__ volatile(".short 0x714D" : : "a"(a0) : "memory", "d0", "d1");
}

static inline void keyboard_layout_report(u32 number)
{
    register u32 d0 __asm__("d0") = number;
    __asm__ volatile(".short 0x714E" : "+d"(d0));
}

/* Tells the host what was copied, in Mac Roman. */
static inline void clipboard_write(const char *text, u32 length)
{
    register const char *a0 __asm__("a0") = text;
    register u32 d0 __asm__("d0") = length;
    __asm__ volatile(".short 0x714F" : "+d"(d0) : "a"(a0) : "memory", "d1");
}

/* The length of a text that the host has put on the clipboard meanwhile, of which `buffer` gets `size` bytes at most;
 * CLIPBOARD_UNCHANGED if there is none. */
enum { CLIPBOARD_UNCHANGED = -1 };

static inline s32 clipboard_read(char *buffer, u32 size)
{
    register char *a0 __asm__("a0") = buffer;
    register u32 d0 __asm__("d0") = size;
    __asm__ volatile(".short 0x7150" : "+d"(d0) : "a"(a0) : "memory", "d1");
    return (s32)d0;
}

/* The parameter block of a request to the disk (docs/guest.md). Names are Pascal strings. */
typedef struct {
    u16 operation, flags;
    void *buffer;
    u32 length, offset, kind, creator;
    u8 name[32], new_name[32];
} FileBlock;

/* False if the host does not take it. */
static inline bool file_request(const FileBlock *block)
{
    register const FileBlock *a0 __asm__("a0") = block;
    register u32 d0 __asm__("d0");
    __asm__ volatile(".short 0x7151" : "=d"(d0) : "a"(a0) : "memory", "d1");
    return d0 == 0;
}

typedef struct { s32 result; u32 count, total, extra; } FileAnswer;

/* Of the last request; once it is done, its buffer is filled. */
static inline FileAnswer file_result(void)
{
    register s32 d0 __asm__("d0");
    register u32 d1 __asm__("d1");
    register u32 d2 __asm__("d2");
    register u32 a0 __asm__("a0");
    __asm__ volatile(".short 0x7152" : "=d"(d0), "=d"(d1), "=d"(d2), "=a"(a0) : : "memory");
    return (FileAnswer){d0, d1, d2, a0};
}

/* The screen's texts (describe.c). */
static inline void screen_text_report(const char *parts, u32 length)
{
    register const char *a0 __asm__("a0") = parts;
    register u32 d0 __asm__("d0") = length;
    __asm__ volatile(".short 0x7153" : "+d"(d0) : "a"(a0) : "memory", "d1");
}

/* Masks interrupts; the result is the argument of interrupts_restore. */
static inline u16 interrupts_off(void)
{
    u16 status;
    __asm__ volatile("move.w %%sr,%0\n\tori.w #0x0700,%%sr" : "=d"(status) : : "memory");
    return status;
}

static inline void interrupts_restore(u16 status)
{
    __asm__ volatile("move.w %0,%%sr" : : "d"(status) : "memory");
}

/* Sleeps until the next interrupt and leaves interrupts on. Call it with interrupts off: the instruction that stops
 * also clears the mask, so that an interrupt that has just arrived ends the sleep. */
static inline void stop_until_interrupt(void)
{
    __asm__ volatile("stop #0x2000" : : : "memory");
}

#endif
