/* IPC v4 for C programs, written from the tables of docs/contract.md; the compiler checks every offset. */
#ifndef MOOF_TESTS_CONTRACT_H
#define MOOF_TESTS_CONTRACT_H

#include <assert.h>
#include <stddef.h>
#include <stdint.h>

#define MAGIC 0x4D454D34u
#define STRIDE 7680
#define SLOTS 3

#define AT(type, field, offset) static_assert(offsetof(type, field) == (offset), #type "." #field)
#define SIZE(type, size) static_assert(sizeof(type) == (size), #type)

typedef struct {
    uint32_t sample_rate, channels, samples, format;
    uint64_t timestamp_us;
    uint8_t padding[8];
    uint8_t data[3840];
} AudioFrame;
SIZE(AudioFrame, 3872);
AT(AudioFrame, timestamp_us, 16);
AT(AudioFrame, data, 32);

typedef struct {
    uint32_t magic, version, pid, state;
    uint32_t width, height, pixel_format, reserved;
    uint32_t dirty_x, dirty_y, dirty_width, dirty_height;
    uint16_t cursor_x, cursor_y;
    uint8_t cursor_visible, cursor_reserved[3];
    uint32_t write_index, ready_index;
    uint64_t frame_count, timestamp_us;
    uint32_t mouse_latency_avg_ms_x10, mouse_latency_samples;
    uint64_t ping_t1_browser_ms, ping_t2_server_us, ping_t3_emulator_us, ping_t4_frame_us;
    uint32_t ping_sequence;
    int32_t frame_ready_eventfd;
    uint32_t audio_sample_rate, audio_channels, audio_format, audio_samples_in_frame;
    uint32_t audio_write_index, audio_ready_index;
    uint64_t audio_frame_count, audio_timestamp_us;
    int32_t audio_ready_eventfd;
    uint32_t audio_frame_write_idx, audio_frame_read_idx;
    AudioFrame audio_frame_ring[SLOTS];
    AudioFrame audio_silence_frame;
    uint32_t capture_trigger;
    uint8_t frames[SLOTS][1080][STRIDE];
} Segment;
SIZE(Segment, 24898880);
AT(Segment, state, 12);
AT(Segment, width, 16);
AT(Segment, pixel_format, 24);
AT(Segment, dirty_x, 32);
AT(Segment, dirty_height, 44);
AT(Segment, cursor_x, 48);
AT(Segment, cursor_visible, 52);
AT(Segment, write_index, 56);
AT(Segment, ready_index, 60);
AT(Segment, frame_count, 64);
AT(Segment, timestamp_us, 72);
AT(Segment, mouse_latency_avg_ms_x10, 80);
AT(Segment, mouse_latency_samples, 84);
AT(Segment, ping_t1_browser_ms, 88);
AT(Segment, ping_t4_frame_us, 112);
AT(Segment, ping_sequence, 120);
AT(Segment, frame_ready_eventfd, 124);
AT(Segment, audio_sample_rate, 128);
AT(Segment, audio_samples_in_frame, 140);
AT(Segment, audio_write_index, 144);
AT(Segment, audio_frame_count, 152);
AT(Segment, audio_timestamp_us, 160);
AT(Segment, audio_ready_eventfd, 168);
AT(Segment, audio_frame_write_idx, 172);
AT(Segment, audio_frame_read_idx, 176);
AT(Segment, audio_frame_ring, 184);
AT(Segment, audio_silence_frame, 11800);
AT(Segment, capture_trigger, 15672);
AT(Segment, frames, 15676);

typedef struct {
    uint8_t type, flags;
    uint16_t reserved;
} Header;

typedef struct {
    Header header;
    uint8_t mac_keycode, modifiers;
    uint16_t reserved;
} KeyMessage;
SIZE(KeyMessage, 8);

typedef struct {
    Header header;
    int16_t x, y;
    uint8_t buttons, padding[7];
    uint64_t timestamp_ms;
} MouseMessage;
SIZE(MouseMessage, 24);
AT(MouseMessage, timestamp_ms, 16);

typedef struct {
    Header header;
    uint8_t command, reserved[3];
} CommandMessage;
SIZE(CommandMessage, 8);

typedef struct {
    Header header;
    uint32_t sequence;
    uint64_t t1_browser_send_ms, t2_server_recv_us, t3_emulator_recv_us;
} PingMessage;
SIZE(PingMessage, 32);
AT(PingMessage, t1_browser_send_ms, 8);

typedef struct {
    Header header;
    uint32_t requested_samples;
} AudioRequestMessage;
SIZE(AudioRequestMessage, 8);

typedef struct {
    Header header;
    uint8_t mode, reserved[3];
} MouseModeMessage;
SIZE(MouseModeMessage, 8);

enum { KEY = 1, MOUSE, COMMAND, PING, AUDIO_REQUEST, MOUSE_MODE };
enum { START = 1, STOP, RESET, PAUSE, RESUME };

#endif
