/* An emulator's end of the extension socket: prints what a server sends until it disconnects. */
#include "frames.h"

int main(void)
{
    struct sockaddr_un address = address_of(getpid());
    int listener = socket(AF_UNIX, SOCK_STREAM, 0);
    unlink(address.sun_path);
    umask(0177);
    if (bind(listener, (struct sockaddr *)&address, sizeof address) || listen(listener, 1))
        fail("listen");
    printf("ready\n");
    fflush(stdout);
    int peer = accept(listener, NULL, NULL);
    if (peer < 0)
        fail("accept");
    check_user(peer);
    send_hello(peer, 8, (const char *const[]){"clipboard", "exact-dirty", "keys-read", "keyboard-layout", "sound-source", "wheel",
        "window-size", "screen-text"});
    receive_hello(peer);
    send_frame(peer, KEYBOARD_LAYOUT, "us", 2);
    send_frame(peer, 0x7fff, NULL, 0);
    send_frame(peer, SOUND_SOURCE, &(uint8_t){0}, 1);
    send_frame(peer, CLIPBOARD, "na\xc3\xafve\nlines", 12);
    send_frame(peer, SCREEN_TEXT, "button 1 OK\x1e" "lamp 0 on\x1e", 22);
    send_frame(peer, KEYS_READ, &(uint32_t){70000}, 4);
    while (receive_frame(peer)) {
        Wheel wheel;
        if (header.type == WHEEL && header.length == sizeof wheel) {
            memcpy(&wheel, body, sizeof wheel);
            printf("wheel %d %d\n", wheel.dx, wheel.dy);
        } else if (header.type == KEYBOARD_LAYOUT) {
            printf("layout %s\n", (char *)body);
        } else if (header.type == CLIPBOARD && header.length <= MAX_CLIPBOARD) {
            printf("clipboard %u %.5s\n", header.length, (char *)body);
        } else if (header.type == READ_SCREEN && header.length == 1) {
            printf("read screen %d\n", body[0]);
        } else if (header.type == WINDOW_SIZE && header.length == 4) {
            uint16_t size[2];
            memcpy(size, body, sizeof size);
            printf("window %u %u\n", size[0], size[1]);
        }
    }
    unlink(address.sun_path);
    return 0;
}
