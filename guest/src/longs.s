| Copies and fills of long words, eight with one MOVEM: on an emulated 68k time depends on the number of instructions,
| hardly on the bytes they move.
| C calling convention: arguments on the stack, D0-D1 and A0-A1 are free.

        .equ    SAVED, 9 * 4            | d2-d7/a2-a4

        .text
        .globl  copy_longs
copy_longs:                             | (to, from, count)
        movem.l %d2-%d7/%a2-%a4, -(%sp)
        move.l  SAVED+4(%sp), %a1
        move.l  SAVED+8(%sp), %a0
        move.l  SAVED+12(%sp), %d1
        subq.l  #8, %d1
        bcs.s   2f
1:      movem.l (%a0)+, %d2-%d7/%a2-%a3
        movem.l %d2-%d7/%a2-%a3, (%a1)
        lea     32(%a1), %a1
        subq.l  #8, %d1
        bcc.s   1b
2:      addq.l  #8, %d1                 | up to seven remain
        bra.s   4f
3:      move.l  (%a0)+, (%a1)+
4:      subq.l  #1, %d1
        bcc.s   3b
        movem.l (%sp)+, %d2-%d7/%a2-%a4
        rts

        .globl  copy_longs_down
copy_longs_down:                        | (end of to, end of from, count)
        movem.l %d2-%d7/%a2-%a4, -(%sp)
        move.l  SAVED+4(%sp), %a1
        move.l  SAVED+8(%sp), %a0
        move.l  SAVED+12(%sp), %d1
        subq.l  #8, %d1
        bcs.s   2f
1:      lea     -32(%a0), %a0
        movem.l (%a0), %d2-%d7/%a2-%a3
        movem.l %d2-%d7/%a2-%a3, -(%a1)
        subq.l  #8, %d1
        bcc.s   1b
2:      addq.l  #8, %d1
        bra.s   4f
3:      move.l  -(%a0), -(%a1)
4:      subq.l  #1, %d1
        bcc.s   3b
        movem.l (%sp)+, %d2-%d7/%a2-%a4
        rts

        .globl  fill_longs
fill_longs:                             | (to, value, count)
        movem.l %d2-%d7/%a2-%a4, -(%sp)
        move.l  SAVED+4(%sp), %a1
        move.l  SAVED+8(%sp), %d0
        move.l  SAVED+12(%sp), %d1
        move.l  %d0, %d2
        move.l  %d0, %d3
        move.l  %d0, %d4
        move.l  %d0, %d5
        move.l  %d0, %d6
        move.l  %d0, %d7
        move.l  %d0, %a2
        move.l  %d0, %a3
        subq.l  #8, %d1
        bcs.s   2f
1:      movem.l %d2-%d7/%a2-%a3, (%a1)
        lea     32(%a1), %a1
        subq.l  #8, %d1
        bcc.s   1b
2:      addq.l  #8, %d1
        bra.s   4f
3:      move.l  %d0, (%a1)+
4:      subq.l  #1, %d1
        bcc.s   3b
        movem.l (%sp)+, %d2-%d7/%a2-%a4
        rts
