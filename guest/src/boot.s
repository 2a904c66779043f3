| The ROM's header and the first instructions: zeroed globals, vectors, then C.
| The header's layout is docs/guest.md's; guest/stamp.py fills in the length and the checksum.

        .section .header, "a"
header:
        .long   0                       | initial stack: the machine puts the end of RAM into vector 0
        .long   start
        .ascii  "Moof"
        .short  1                       | machine version this ROM was written for
        .short  header_end - header
        .long   0                       | ROM length
        .long   0                       | CRC-32 of the ROM with this field 0
        .asciz  "Moof desktop"
        .fill   32 - 13, 1, 0
header_end:

        .text
        .globl  start
start:
        move.w  #0x2700, %sr
        move.l  0x0, %sp                | after a reset while running it has the old value

        lea     globals_start, %a0      | .bss: after a warm start it has the last run's values
        lea     globals_end, %a1
1:      cmpa.l  %a1, %a0
        bcc.s   2f
        clr.l   (%a0)+
        bra.s   1b

2:      lea     0x8, %a0                | every vector is set to a fault stub first
        lea     fault_stubs, %a1
        moveq   #61, %d0
3:      move.l  %a1, (%a0)+
        addq.l  #4, %a1
        dbra    %d0, 3b

        move.l  #level1, 0x64
        jsr     moof
4:      stop    #0x2700
        bra.s   4b

level1:
        movem.l %d0-%d7/%a0-%a6, -(%sp)
        jsr     interrupt_level1
        movem.l (%sp)+, %d0-%d7/%a0-%a6
        rte

| One two-word branch per vector; fault_entry computes the vector from the return address.
fault_stubs:
        .rept   62
        bsr.w   fault_entry
        .endr
fault_entry:
        move.w  #0x2700, %sr
        move.l  (%sp)+, %d0
        subi.l  #fault_stubs, %d0
        lsr.l   #2, %d0
        addq.l  #1, %d0                 | the return address is after the stub; the first stub is vector 2
        move.l  2(%sp), -(%sp)          | the PC of the exception frame
        move.l  %d0, -(%sp)
        jsr     fault                   | never returns
