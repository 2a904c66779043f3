/* A server's end of the extension socket: server PID. Turns the wheel, requests a layout, prints the reports. */
#include "frames.h"

int main(int argc, char **argv)
{
    int peer = socket(AF_UNIX, SOCK_STREAM, 0);
    struct sockaddr_un address = address_of(argc > 1 ? atoi(argv[1]) : 0);
    struct stat status;
    if (stat(address.sun_path, &status) || (status.st_mode & 0777) != 0600)
        fail("mode");
    if (connect(peer, (struct sockaddr *)&address, sizeof address))
        fail("connect");
    check_user(peer);
    send_hello(peer, 8, (const char *const[]){"wheel", "keyboard-layout", "teleport", "keys-read", "sound-source", "clipboard",
        "window-size", "screen-text"});
    receive_hello(peer);
    send_frame(peer, 999, "of a later version", 18);
    send_frame(peer, WHEEL, &(Wheel){-3, 120}, sizeof(Wheel));
    send_frame(peer, KEYBOARD_LAYOUT, "swiss-german", 12);
    send_frame(peer, WINDOW_SIZE, &(uint16_t[]){1366, 657}, 4);
    send_frame(peer, READ_SCREEN, &(uint8_t){1}, 1);
    memset(body, 'x', MAX_CLIPBOARD);
    send_frame(peer, CLIPBOARD, body, MAX_CLIPBOARD);
    while (receive_frame(peer)) {
        uint32_t count;
        if (header.type == KEYBOARD_LAYOUT)
            printf("layout %s\n", (char *)body);
        if (header.type == SOUND_SOURCE && header.length == 1)
            printf("sound source %d\n", body[0]);
        if (header.type == CLIPBOARD && header.length <= MAX_CLIPBOARD)
            printf("clipboard %u %s\n", header.length, (char *)body);
        if (header.type == SCREEN_TEXT)
            printf("screen %.*s\n", (int)header.length - 1, (char *)body);
        if (header.type == KEYS_READ && header.length == sizeof count) {
            memcpy(&count, body, sizeof count);
            printf("keys read %u\n", count);
            return 0;
        }
    }
    fail("the reports");
}
