/* A minimal desktop for an Atari ST, which the tests boot in Hatari, since Debian packages no free system with
 * it. A grey desktop, a menu bar whose menu opens while the left button is held on it, a pointer, and for each
 * key that is held its scan code as eight black or white blocks and a tone of 1 kHz.
 *
 * No interrupts: it polls the keyboard's ACIA, also while it draws. The ACIA keeps one byte, and the next comes
 * after 1.3 ms; where one is lost, a movement's byte is taken for a key. Monochrome, 640x400. Addresses: Atari ST hardware register
 * listing. build.py compiles it to desktop.hex.
 */
typedef unsigned char u8;
typedef unsigned short u16;
typedef unsigned long u32;

#define REG8(address) (*(volatile u8 *)(address))
#define REG16(address) (*(volatile u16 *)(address))
#define SCREEN ((volatile u8 *)0x78000)
#define WIDTH 640
#define HEIGHT 400
#define ROW (WIDTH / 8)
#define BAR 20
#define MENU_X 2 /* in bytes, as everything that is wide here */
#define MENU_WIDTH 16
#define MENU_HEIGHT 100
#define KEY_X 40
#define KEY_Y 200
#define LEFT_BUTTON 2
#define QUEUE ((volatile u8 *)0x60000) /* 256 bytes that have come; the image itself is read-only */
#define COME REG8(0x60100)
#define TAKEN REG8(0x60101)

static void poll(void)
{
    if (REG8(0xFFFFFC00) & 1) {
        QUEUE[COME] = REG8(0xFFFFFC02);
        COME++;
    }
}

static void fill(int x, int y, int width, int height, u8 even, u8 odd)
{
    for (int row = y; row < y + height; row++) {
        poll();
        for (int column = x; column < x + width; column++)
            SCREEN[row * ROW + column] = row & 1 ? odd : even;
    }
}

static void desk(void)
{
    fill(0, BAR, ROW, HEIGHT - BAR, 0x55, 0xAA);
}

static void pointer(int x, int y)
{
    for (int row = y; row < y + 8 && row < HEIGHT; row++) {
        poll();
        for (int column = x; column < x + 8 && column < WIDTH; column++)
            SCREEN[row * ROW + column / 8] ^= 0x80 >> (column & 7);
    }
}

static void sound(u8 which, u8 value)
{
    REG8(0xFFFF8800) = which;
    REG8(0xFFFF8802) = value;
}

static void key(u8 code)
{
    u8 scan = code & 0x7F;
    for (int bit = 0; bit < 8; bit++)
        fill(KEY_X + bit, KEY_Y, 1, 8, scan & (0x80 >> bit) ? 0xFF : 0, scan & (0x80 >> bit) ? 0xFF : 0);
    sound(8, code & 0x80 ? 0 : 15);
}

static u8 receive(void)
{
    while (TAKEN == COME)
        poll();
    return QUEUE[TAKEN++];
}

static void menu(int open)
{
    if (open) {
        fill(MENU_X, BAR, MENU_WIDTH, MENU_HEIGHT, 0, 0);
        fill(MENU_X, BAR + MENU_HEIGHT, MENU_WIDTH, 2, 0xFF, 0xFF);
    } else {
        desk();
    }
}

static int clamp(int value, int most)
{
    return value < 0 ? 0 : value > most ? most : value;
}

void start(void)
{
    int x = WIDTH / 2, y = HEIGHT / 2, open = 0;
    REG8(0xFFFF8001) = 5;
    REG8(0xFFFF8260) = 2;
    REG16(0xFFFF8240) = 0x0FFF;
    REG8(0xFFFF8201) = 0x07;
    REG8(0xFFFF8203) = 0x80;
    REG8(0xFFFFFC00) = 0x03;
    REG8(0xFFFFFC00) = 0x16;
    COME = TAKEN = 0;
    sound(0, 125);
    sound(1, 0);
    sound(7, 0xFE);
    sound(8, 0);
    fill(0, 0, ROW, BAR - 1, 0, 0);
    fill(0, BAR - 1, ROW, 1, 0xFF, 0xFF);
    fill(MENU_X, 4, 6, 10, 0xFF, 0xFF);
    desk();
    pointer(x, y);
    for (;;) {
        u8 code = receive();
        pointer(x, y);
        if (code >= 0xF8 && code <= 0xFB) {
            x = clamp(x + (signed char)receive(), WIDTH - 1);
            y = clamp(y + (signed char)receive(), HEIGHT - 1);
            int pressed = code & LEFT_BUTTON && (open || y < BAR);
            if (pressed != open)
                menu(pressed);
            open = pressed;
        } else if (code < 0xF0) {
            key(code);
        }
        pointer(x, y);
    }
}
