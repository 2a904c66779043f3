/* ADB codes ("Guide to the Macintosh Family Hardware", figure 8-10) to characters, by the present layout. */
#include "keyboard.h"

#include "layouts.h"
#include "machine.h"
#include "settings.h"

static volatile u8 layout;
static volatile u8 accent;              /* of the dead key that was pressed last; 0 for none */

/* Keys that are the same in every layout. */
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

/* ---- the layout ---- */

static void report(u8 number)
{
    layout = number;
    accent = 0;
    keyboard_layout_report(number);
}

void keyboard_start(void)
{
    u8 number = settings_read(SETTING_LAYOUT);
    report(number < LAYOUT_COUNT ? number : 0);
}

u8 keyboard_layout(void) { return layout; }

void keyboard_set_layout(u8 number)
{
    u16 status = interrupts_off();              /* the host may ask for another one meanwhile */
    if (number < LAYOUT_COUNT && number != layout) {
        settings_write(SETTING_LAYOUT, number);
        report(number);
    }
    interrupts_restore(status);
}

/* ---- characters ---- */

/* With command, a key gives its plain character, so that shortcuts are where the letters are. */
static u8 level_of(u16 modifiers)
{
    if (modifiers & MOD_COMMAND)
        return 0;
    return (u8)((modifiers & MOD_SHIFT ? LEVEL_SHIFT : 0) | (modifiers & MOD_OPTION ? LEVEL_OPTION : 0)
                | (modifiers & MOD_CAPS ? LEVEL_CAPS : 0));
}

KeyOutput keyboard_output(u8 code, u16 modifiers)
{
    const KeyboardLayout *keys = &keyboard_layouts[layout];
    u8 level = level_of(modifiers);
    if (code >= LAYOUT_KEYS || !(keys->characters[code][level] || keys->characters[code][0]))
        return (KeyOutput){special_character(code), false};
    return (KeyOutput){keys->characters[code][level], !(modifiers & (MOD_COMMAND | MOD_CONTROL)) && keys->dead[code] >> level & 1};
}

u8 keyboard_composed(u8 character)
{
    for (u8 i = 0; i < COMPOSITION_COUNT; i++)
        if (compositions[i].accent == accent && compositions[i].base == character)
            return compositions[i].composed;
    return 0;
}

u8 keyboard_accent(void) { return accent; }
void keyboard_drop_accent(void) { accent = 0; }

/* A dead key types nothing yet. What it does not compose with is typed after the accent. */
Typed keyboard_type(u8 code, u16 modifiers)
{
    KeyOutput output = keyboard_output(code, modifiers);
    u8 before = accent;
    if (!output.character)
        return (Typed){0, {0}};
    if (output.dead && !before) {
        accent = output.character;
        return (Typed){0, {0}};
    }
    u8 composed = output.dead ? 0 : keyboard_composed(output.character);
    accent = 0;
    if (!before || modifiers & (MOD_COMMAND | MOD_CONTROL))
        return (Typed){1, {output.character}};
    if (composed)
        return (Typed){1, {composed}};
    return (Typed){2, {before, output.character}};
}
