# What the tests boot in a PC: a pointer that the mouse moves, keys shown in the last row, and a tone of 1 kHz once one
# was pressed. All with the BIOS (int 10h screen, int 15h C2 mouse, int 16h keys), but for the speaker. build.py makes
# boot.hex of it.
.code16
.set old, 0x7e00                # where the pointer was, in the text's memory
.set xpos, 0x7e02               # in pixels of a text mode of 720x400
.set ypos, 0x7e04

start:
        movb    $1, %ah         # no text cursor
        movw    $0x2000, %cx
        int     $0x10
        movb    $2, %ah         # on in the last row
        xorb    %bh, %bh
        movw    $0x1800, %dx
        int     $0x10
        xorw    %ax, %ax
        movw    %ax, %ds
        movw    %ax, %es
        movw    %ax, old
        movw    %ax, xpos
        movw    %ax, ypos
        movw    $0xc205, %ax    # a mouse with packets of three bytes
        movb    $3, %bh
        int     $0x15
        movw    $0xc207, %ax    # calls `moved`
        movw    $0x7c00 + moved - start, %bx
        int     $0x15
        movw    $0xc200, %ax
        movb    $1, %bh
        int     $0x15
wait:
        xorb    %ah, %ah        # a key
        int     $0x16
        movb    $0x0e, %ah      # is shown
        int     $0x10
        movb    $0xb6, %al      # and heard: the timer's channel 2, a square wave of 1193182 / 1193 Hz
        outb    %al, $0x43
        movb    $0xa9, %al
        outb    %al, $0x42
        movb    $0x04, %al
        outb    %al, $0x42
        inb     $0x61, %al
        orb     $3, %al
        outb    %al, $0x61
        jmp     wait

moved:                          # a far call with status, x, y, 0 on the stack
        pusha
        pushw   %ds
        pushw   %es
        movw    %sp, %bp
        xorw    %ax, %ax
        movw    %ax, %ds
        movb    28(%bp), %al    # x, its sign in the status
        testb   $0x10, 30(%bp)
        jz      1f
        decb    %ah
1:      addw    xpos, %ax
        movw    $719, %cx
        call    clamp
        movw    %ax, xpos
        xorw    %ax, %ax
        movb    26(%bp), %al    # y, upwards
        testb   $0x20, 30(%bp)
        jz      2f
        decb    %ah
2:      negw    %ax
        addw    ypos, %ax
        movw    $399, %cx
        call    clamp
        movw    %ax, ypos
        shrw    $4, %ax         # the cell: 9x16 pixels, 80 in a row
        imulw   $80, %ax, %bx
        movw    xpos, %ax
        xorw    %dx, %dx
        movw    $9, %cx
        divw    %cx
        addw    %ax, %bx
        shlw    $1, %bx
        movw    $0xb800, %ax
        movw    %ax, %es
        movw    old, %di
        movw    $0x0720, %es:(%di)
        movw    $0x07db, %es:(%bx)
        movw    %bx, old
        popw    %es
        popw    %ds
        popa
        lret
clamp:                          # ax to 0..cx
        testw   %ax, %ax
        jns     3f
        xorw    %ax, %ax
3:      cmpw    %cx, %ax
        jle     4f
        movw    %cx, %ax
4:      ret
