| The tests' ROM: it stores what the machine returns, and executes EMUL_OPs for the tests.
|
| 0x016A  u32  ticks                         0x2100  u32  all interrupt flags seen so far
| 0x2000  u32  x 8, MACHINE_INFO 0..7        0x2104  u32  interrupts taken
| 0x2200  u16  an EMUL_OP to execute at the next interrupt (0: none), then cleared
| 0x2204  u32  x 4, its D0, D1, D2, A0: before and after
| 0x2300       sound component data, filled in by the test: at each AUDIO interrupt the buffer
|              gets a saw (one step up per 16-bit word), the frame count is copied, AUDIO_DONE
| 0x2400  u32  ADB events read, 0x3000: three longs for each (D0, D1, D2)

        .equ    TICKS, 0x16A
        .equ    INFO, 0x2000
        .equ    FLAGS, 0x2100
        .equ    INTERRUPTS, 0x2104
        .equ    MAILBOX, 0x2200
        .equ    ARGUMENTS, 0x2204
        .equ    STUB, 0x2240
        .equ    SOUND, 0x2300
        .equ    EVENTS, 0x2400
        .equ    EVENT_LOG, 0x3000

        .text
header: .long   0
        .long   start
        .ascii  "Moof"
        .word   1
        .word   56
        .long   end - header
        .long   0
        .ascii  "Probe"
        .space  27

start:  lea     interrupt(%pc), %a0
        move.l  %a0, 0x64
        clr.l   EVENTS
        lea     INFO, %a1
        moveq   #0, %d3
1:      move.l  %d3, %d0
        .word   0x7140                  | MACHINE_INFO
        move.l  %d0, (%a1)+
        addq.l  #1, %d3
        cmp.l   #8, %d3
        bne.s   1b
idle:   stop    #0x2000
        bra.s   idle

interrupt:
        movem.l %d0-%d7/%a0-%a6, -(%sp)
        .word   0x7141                  | IRQ_ACK
        add.l   %d1, TICKS
        or.l    %d0, FLAGS
        addq.l  #1, INTERRUPTS
        move.l  %d0, %d7
        btst    #6, %d7
        beq.s   1f
        bsr.s   read_adb
1:      btst    #4, %d7
        beq.s   2f
        bsr.s   play
2:      tst.w   MAILBOX
        beq.s   3f
        bsr     call_host
3:      movem.l (%sp)+, %d0-%d7/%a0-%a6
        rte

read_adb:
        move.l  EVENTS, %d3
        move.l  %d3, %d4
        mulu.w  #12, %d4
        lea     EVENT_LOG, %a1
        add.l   %d4, %a1
1:      .word   0x7142                  | ADB_READ
        tst.l   %d0
        beq.s   2f
        movem.l %d0-%d2, (%a1)
        lea     12(%a1), %a1
        addq.l  #1, %d3
        bra.s   1b
2:      move.l  %d3, EVENTS
        rts

play:   lea     SOUND, %a0
        move.l  24(%a0), %d0            | requested frames
        move.l  %d0, 16(%a0)
        mulu.w  8(%a0), %d0             | x channels = words, or bytes
        move.l  20(%a0), %a1
        moveq   #0, %d1
        cmp.w   #8, 10(%a0)
        beq.s   8f
1:      tst.l   %d0
        beq.s   3f
        move.w  %d1, (%a1)+
        addq.w  #1, %d1
        subq.l  #1, %d0
        bra.s   1b
8:      tst.l   %d0
        beq.s   3f
        move.b  %d1, (%a1)+
        addq.w  #1, %d1
        subq.l  #1, %d0
        bra.s   8b
3:      .word   0x7146                  | AUDIO_DONE
        rts

call_host:
        lea     STUB, %a2
        move.w  MAILBOX, (%a2)
        move.w  #0x4E75, 2(%a2)         | rts
        movem.l ARGUMENTS, %d0-%d2/%a0
        jsr     (%a2)
        movem.l %d0-%d2/%a0, ARGUMENTS
        clr.w   MAILBOX
        rts

end:
