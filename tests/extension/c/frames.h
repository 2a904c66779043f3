/* The extension socket's frames, written after docs/contract.md alone; for a little-endian computer. */
#ifndef MOOF_TESTS_FRAMES_H
#define MOOF_TESTS_FRAMES_H

#define _GNU_SOURCE
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

enum { HELLO = 1, WHEEL = 2, KEYBOARD_LAYOUT = 3, KEYS_READ = 4, SOUND_SOURCE = 5, CLIPBOARD = 6, WINDOW_SIZE = 7, READ_SCREEN = 8, SCREEN_TEXT = 9, MAX_CLIPBOARD = 60000, MAX_BODY = 65536 };

typedef struct {
    uint32_t length;
    uint16_t type, reserved;
} Header;
_Static_assert(sizeof(Header) == 8, "the header has 8 bytes");

typedef struct {
    int16_t dx, dy;
} Wheel;
_Static_assert(sizeof(Wheel) == 4, "a wheel's body has 4 bytes");

static Header header;
static unsigned char body[MAX_BODY + 1];

static void fail(const char *what)
{
    perror(what);
    exit(1);
}

static struct sockaddr_un address_of(int pid)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    snprintf(address.sun_path, sizeof address.sun_path, "/tmp/moof-%d.sock", pid);
    return address;
}

static void check_user(int peer)
{
    struct ucred other;
    socklen_t size = sizeof other;
    if (getsockopt(peer, SOL_SOCKET, SO_PEERCRED, &other, &size) || other.uid != geteuid())
        fail("SO_PEERCRED");
}

static void send_frame(int peer, uint16_t type, const void *data, uint32_t length)
{
    Header head = {.length = length, .type = type};
    if (send(peer, &head, sizeof head, MSG_NOSIGNAL) != sizeof head ||
        send(peer, data, length, MSG_NOSIGNAL) != (ssize_t)length)
        fail("send");
}

/* Receive the next frame into `header` and `body`; return 0 when the other side has disconnected. */
static int receive_frame(int peer)
{
    if (recv(peer, &header, sizeof header, MSG_WAITALL) != sizeof header)
        return 0;
    if (header.length > MAX_BODY || header.reserved)
        fail("header");
    if (header.length && recv(peer, body, header.length, MSG_WAITALL) != (ssize_t)header.length)
        return 0;
    body[header.length] = 0;
    return 1;
}

static void send_hello(int peer, int count, const char *const names[])
{
    unsigned char hello[8 + 64 * 33] = "MOOF\1";
    uint32_t at = 8;
    hello[6] = (unsigned char)count;
    for (int i = 0; i < count; i++) {
        hello[at] = (unsigned char)strlen(names[i]);
        memcpy(hello + at + 1, names[i], hello[at]);
        at += 1u + hello[at];
    }
    send_frame(peer, HELLO, hello, at);
}

static void receive_hello(int peer)
{
    if (!receive_frame(peer) || header.type != HELLO || memcmp(body, "MOOF\1\0", 6))
        fail("hello");
    uint32_t at = 8;
    for (int i = body[6] + 256 * body[7]; i; i--) {
        printf("capability %.*s\n", body[at], (char *)body + at + 1);
        at += 1u + body[at];
    }
    if (at != header.length)
        fail("the hello's length");
}

#endif
