/* The handler of level 1, the machine's only interrupt, and of processor exceptions. */
#include "interrupts.h"

#include "cursor.h"
#include "draw.h"
#include "events.h"
#include "lowmem.h"
#include "machine.h"
#include "sound.h"
#include "text.h"

void interrupt_level1(void)
{
    u32 elapsed;
    u32 pending = irq_acknowledge(&elapsed);
    if (pending & IRQ_AUDIO)
        sound_answer();                 /* first: the host waits for the answer */
    TICKS += elapsed;
    if (pending & IRQ_ADB)
        events_read_adb();
    if (pending & (IRQ_ADB | IRQ_TICK))
        cursor_follow();
    if (pending & IRQ_SECOND)
        TIME = clock_seconds();
}

/* Called with interrupts off, on the stack of the failed code. Reports the exception on the screen and in the log. */
void fault(u32 vector, u32 pc)
{
    char line[64];
    char *end = text_add(line, "Moof stopped: exception ");
    end = text_add_number(end, (s32)vector);
    end = text_add(end, " at ");
    text_add_hex(end, pc);
    log_line(line);

    Region whole;
    Rect box = rect_centred(screen_rect(), 340, 64);
    region_set(&whole, screen_rect());
    port_set((Point){0, 0}, &whole);
    draw_round_frame(box, WHITE, BLACK);
    draw_string_centred(&font_sans_bold_12, box, line, BLACK);
    SCREEN_SEQUENCE = (SCREEN_SEQUENCE + 1) & ~1u;
    for (;;)
        __asm__ volatile("stop #0x2700");
}
