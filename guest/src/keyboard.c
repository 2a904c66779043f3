/* A US keyboard: ADB codes ("Guide to the Macintosh Family Hardware", figure 8-10) to characters. */
#include "keyboard.h"


/* The codes of the main block, 0x00 to 0x32, without and with shift. A NUL is a key of `special`, or no key. */
static const char plain[] = "asdfhgzxcv\0bqweryt123465=97-80]ou[ip\0lj'k;\\,/nm.\0 `";
static const char shifted[] = "ASDFHGZXCV\0BQWERYT!@#$^%+(&_*)}OU{IP\0LJ\"K:|<?NM>\0 ~";

/* With option: the characters of a US keyboard; 0 types the plain character. */
static const struct { u8 code, character, with_shift; } option_keys[] = {
    {0x00, 0x8C, 0x81},         /* å Å */
    {0x01, 0xA7, 0},            /* ß */
    {0x08, 0x8D, 0x82},         /* ç Ç */
    {0x05, 0xA9, 0},            /* © */
    {0x0F, 0xA8, 0},            /* ® */
    {0x13, 0xAA, 0},            /* ™ */
    {0x14, 0xA3, 0},            /* £ */
    {0x15, 0xA2, 0},            /* ¢ */
    {0x16, 0xA4, 0xDF},         /* § */
    {0x1C, 0xA5, 0xA1},         /* • ° */
    {0x1B, 0xD0, 0xD1},         /* – — */
    {0x29, 0xC9, 0},            /* … */
    {0x1E, 0xD4, 0xD5},         /* ‘ ’ */
    {0x21, 0xD2, 0xD3},         /* “ ” */
    {0x1F, 0xBF, 0xAF},         /* ø Ø */
    {0x27, 0xBE, 0xAE},         /* æ Æ */
    {0x2A, 0xC7, 0xC8},         /* « » */
    {0x2C, 0xD6, 0xC0},         /* ÷ ¿ */
    {0x2E, 0xB5, 0},            /* µ */
    {0x10, 0xB4, 0},            /* ¥ */
    {0x12, 0xC1, 0},            /* ¡ */
    {0x18, 0xAD, 0xB1},         /* ± */
};

/* Keys without a letter, and the keypad. */
static const struct { u8 code, character; } special[] = {
    {0x24, KEY_RETURN}, {0x30, KEY_TAB}, {0x33, KEY_BACKSPACE}, {0x35, KEY_ESCAPE}, {0x4C, KEY_ENTER},
    {0x3B, KEY_LEFT}, {0x3C, KEY_RIGHT}, {0x3D, KEY_DOWN}, {0x3E, KEY_UP},
    {0x73, KEY_HOME}, {0x74, KEY_PAGE_UP}, {0x75, KEY_DELETE}, {0x77, KEY_END}, {0x79, KEY_PAGE_DOWN},
    {0x41, '.'}, {0x43, '*'}, {0x45, '+'}, {0x47, KEY_ESCAPE}, {0x4B, '/'}, {0x4E, '-'}, {0x51, '='},
    {0x52, '0'}, {0x53, '1'}, {0x54, '2'}, {0x55, '3'}, {0x56, '4'}, {0x57, '5'}, {0x58, '6'}, {0x59, '7'},
    {0x5B, '8'}, {0x5C, '9'},
    {0x7A, KEY_FUNCTION}, {0x78, KEY_FUNCTION}, {0x63, KEY_FUNCTION}, {0x76, KEY_FUNCTION}, {0x60, KEY_FUNCTION},
    {0x61, KEY_FUNCTION}, {0x62, KEY_FUNCTION}, {0x64, KEY_FUNCTION}, {0x65, KEY_FUNCTION}, {0x6D, KEY_FUNCTION},
    {0x67, KEY_FUNCTION}, {0x6F, KEY_FUNCTION}, {0x69, KEY_FUNCTION}, {0x6B, KEY_FUNCTION}, {0x71, KEY_FUNCTION},
};

static u8 special_character(u8 code)
{
    for (u16 i = 0; i < COUNT_OF(special); i++)
        if (special[i].code == code)
            return special[i].character;
    return 0;
}

static u8 option_character(u8 code, bool shift)
{
    for (u16 i = 0; i < COUNT_OF(option_keys); i++)
        if (option_keys[i].code == code)
            return shift ? option_keys[i].with_shift : option_keys[i].character;
    return 0;
}

static bool is_letter(char c)
{
    return c >= 'a' && c <= 'z';
}

u8 keyboard_character(u8 code, u16 modifiers)
{
    bool shift = (modifiers & MOD_SHIFT) != 0;
    if (modifiers & MOD_OPTION) {
        u8 character = option_character(code, shift);
        if (character)
            return character;
    }
    if (code >= sizeof plain - 1 || !plain[code])
        return special_character(code);
    if (modifiers & MOD_CAPS && is_letter(plain[code]))
        shift = true;
    return (u8)(shift && !(modifiers & MOD_COMMAND) ? shifted[code] : plain[code]);
}
