"""Sound, from the request to the emulator to the Opus packet.

`pipeline` is the thread "sound-clock". For each packet it requests the sound from the emulator (`puller`),
cuts what came into packets (`framer`) and sends the encoded packet to every listener at its deadline; the
packets' rate follows the listener's sound card (`drift`). docs/sound.md describes the whole path.
"""
