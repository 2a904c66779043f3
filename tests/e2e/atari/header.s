| The header of a TOS image: what the CPU reads at reset, and what Hatari checks.
        .text
        .global _start
_start: bra.s   reset           | 0: also the initial stack pointer, which is not used
        .word   0x0206          | 2: version
        .long   reset           | 4: also the initial program counter
        .long   _start          | 8: where the image belongs
        .long   _start, _start, 0
        .long   0x11212026      | date
        .word   0, 0            | country, date for files
        .long   0, 0, 0
        .ascii  "ETOS"          | 0x2C: no patches, please
reset:  move.w  #0x2700, %sr
        lea     0x70000, %sp
        jmp     start
