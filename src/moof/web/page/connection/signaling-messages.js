// @ts-check
/** The signaling messages' types, with the names on the wire, named after their classes in moof/server/protocol. */

/** @import { StillHereMessage, UnusedMessage } from "./idle-messages.js" */
/** @import { KioskStartMessage, KioskStatusMessage } from "./kiosk-messages.js" */
/** @import { QualityRequestMessage } from "./quality-messages.js" */

/**
 * @import { ScreenTextChangedMessage, ScreenTextRequestMessage, ScreenTextStatusMessage, WindowRequestMessage,
 *   WindowStatusMessage } from "./screen-messages.js"
 */

/**
 * Server → page: a codec that a viewer may choose.
 * @typedef {object} CodecOffer
 * @property {string} name such as "h264", or "auto"
 * @property {string} label for people
 * @property {"rtp" | "tiles"} transport RTP packets of WebRTC, or tiles over the WebSocket
 */

/**
 * Server → page: the emulator's state, inside of `status`.
 * @typedef {object} EmulatorView
 * @property {boolean} connected the server has frames of it
 * @property {number | null} pid its process id
 * @property {"running" | "paused" | "stopped"} state
 * @property {number} width of the Mac's screen, pixels
 * @property {number} height
 * @property {boolean} capturing `moof capture` runs: the page records what it plays
 * @property {boolean} responding false: the emulator has stopped answering; older servers do not send it
 */

/**
 * Server → page: the first message of every connection.
 * @typedef {object} HelloMessage
 * @property {"hello"} type
 * @property {string} version of the server
 * @property {string} viewer this viewer's number
 * @property {string} codec the server's default
 * @property {CodecOffer[]} codecs
 * @property {RTCIceServer[]} iceServers
 * @property {"owner" | "player" | "viewer"} role a viewer sends no input
 * @property {string} session key that resumes this session over another WebSocket
 * @property {string[]} qualities of the page's own picture; older servers do not send them
 * @property {boolean} resumed the session named in the URL still exists, with its peer connection
 */

/**
 * Server → page: the server's session description, with all of its candidates.
 * @typedef {object} OfferMessage
 * @property {"offer"} type
 * @property {string} sdp
 * @property {RTCIceServer[]} iceServers with fresh credentials; older servers send them in `hello` only
 */

/**
 * Server → page: this viewer's codec from now on.
 * @typedef {object} CodecChangedMessage
 * @property {"codec"} type
 * @property {string} codec
 * @property {string} choice its name in the list of codecs: the same, or "auto"
 */

/**
 * Server → page: the emulator's state has changed.
 * @typedef {object} StatusMessage
 * @property {"status"} type
 * @property {EmulatorView} emulator
 * @property {string} note a sentence for people, or ""
 * @property {boolean} off the Mac stays off until a player restarts it
 */

/**
 * Server → page: the answer to an audio report. Times are medians in ms.
 * @typedef {object} AudioStatusMessage
 * @property {"sound"} type
 * @property {"free" | "learning" | "following"} state of the server's drift compensation
 * @property {boolean} yours the sound card that it follows is this viewer's
 * @property {number} ppm how much faster than its own clock the server sends
 * @property {number} answer from the request to the emulator until its reply
 * @property {number} wait from the reply until the packet's deadline
 * @property {number} encode
 * @property {number} send from the encoded packet to the network
 */

/**
 * Server → page: a message of the page's was refused; the connection goes on.
 * @typedef {object} ErrorMessage
 * @property {"error"} type
 * @property {string} message
 */

/**
 * Server → page: the last message of a connection.
 * @typedef {object} ByeMessage
 * @property {"bye"} type
 * @property {string} message the reason, for people
 * @property {boolean} final the page must not reconnect by itself
 */

/**
 * Page → server: requests an offer, or with `media` "socket" tiles, audio and input over this WebSocket; with
 * "meanwhile" the same until the connection that was offered is established, which "offered" then takes into use.
 * @typedef {object} JoinMessage
 * @property {"join"} type
 * @property {string | null} codec null: the server's default
 * @property {"socket" | "meanwhile" | "offered"} [media]
 */

/**
 * Page → server: the browser's session description.
 * @typedef {object} AnswerMessage
 * @property {"answer"} type
 * @property {string} sdp
 */

/**
 * Page → server (and other servers → page): one ICE candidate.
 * @typedef {object} CandidateMessage
 * @property {"candidate"} type
 * @property {string} candidate "candidate:…" as in SDP
 * @property {string} mid of the media section
 */

/**
 * Page → server: another codec for this viewer, without a new offer.
 * @typedef {object} SetCodecMessage
 * @property {"codec"} type
 * @property {string} codec
 */

/**
 * Page → server: starts the Mac again, also after it was shut down.
 * @typedef {object} RestartMessage
 * @property {"restart"} type
 */

/**
 * A command of the power panel; "restart" is a message of its own.
 * @typedef {"reset" | "pause" | "resume" | "restart"} PowerCommand
 */

/**
 * Page → server: a command for the emulator.
 * @typedef {object} CommandRequestMessage
 * @property {"command"} type
 * @property {"reset" | "pause" | "resume"} command
 */

/**
 * The parts of a ping's latency in order of travel, and their sum, ms; latency/meter.js explains each.
 * @typedef {object} PathTimes
 * @property {number} up
 * @property {number} ipc
 * @property {number} mac
 * @property {number} wait
 * @property {number} encode
 * @property {number} network
 * @property {number} buffer
 * @property {number} decode
 * @property {number} display
 * @property {number} total
 */

/**
 * Page → server: the latency of the last minute's pings.
 * @typedef {object} LatencyMessage
 * @property {"latency"} type
 * @property {number} samples number of pings
 * @property {number} clockOffset server's clock minus browser's, ms
 * @property {PathTimes} median
 * @property {PathTimes} late 95th percentiles
 */

/**
 * Page → server: types a text in the Mac.
 * @typedef {object} TextRequestMessage
 * @property {"text"} type
 * @property {string} id the page's name for it, which the progress repeats
 * @property {string} text at most 20,000 characters
 */

/**
 * Page → server: stops a text of this viewer; what has been typed stays.
 * @typedef {object} TextStopMessage
 * @property {"text-stop"} type
 * @property {string} id
 */

/**
 * Page → server: sets the Mac's keyboard layout, or what the server assumes of it.
 * @typedef {object} KeyboardRequestMessage
 * @property {"keyboard"} type
 * @property {string} layout
 */

/**
 * Server → page: how much of a text has been typed.
 * @typedef {object} TextProgressMessage
 * @property {"text-progress"} type
 * @property {string} id
 * @property {number} typed
 * @property {number} total characters that can be typed
 * @property {string} missing those that cannot, each once
 * @property {"typing" | "done" | "stopped" | "failed"} state
 * @property {string} message a sentence for people if it has failed
 */

/**
 * Server → page: characters of a character message that the Mac's layout cannot type; they were dropped.
 * @typedef {object} UntypableMessage
 * @property {"untypable"} type
 * @property {string} characters
 * @property {string} layout
 */

/**
 * Server → page: a keyboard layout.
 * @typedef {object} LayoutEntry
 * @property {string} name in /layouts.json
 * @property {string} title for people
 */

/**
 * Server → page: the Mac's keyboard layout; after hello, and when it changes.
 * @typedef {object} KeyboardStatusMessage
 * @property {"keyboard"} type
 * @property {string} layout
 * @property {LayoutEntry[]} layouts
 * @property {boolean} settable the emulator changes its Mac's layout; else the server only assumes this one
 */

/**
 * Page → server: puts a text on the Mac's clipboard.
 * @typedef {object} ClipboardRequestMessage
 * @property {"clipboard"} type
 * @property {string} text at most 60,000 bytes of UTF-8
 */

/**
 * Server → page: a text was copied in the Mac.
 * @typedef {object} ClipboardCopiedMessage
 * @property {"clipboard"} type
 * @property {string} text "" if it is longer than 60,000 bytes
 */

/**
 * Server → page: whether the emulator shares its Mac's clipboard; after hello, and when it changes.
 * @typedef {object} ClipboardStatusMessage
 * @property {"clipboard-status"} type
 * @property {boolean} shared
 */

/** @typedef {"free" | "request" | "queue"} FloorMode how mouse and keyboard are passed on */

/**
 * Server → page: somebody who is here, inside of `people`.
 * @typedef {object} Person
 * @property {string} viewer
 * @property {string} name
 * @property {"owner" | "player" | "viewer"} role
 * @property {boolean} plays may get mouse and keyboard
 * @property {boolean} present false: the page has lost the connection and may come back
 * @property {"" | "good" | "slow" | "poor"} line "" has not been measured
 */

/**
 * Server → page: who is here, and who has mouse and keyboard; after hello, and when it changes.
 * @typedef {object} PeopleMessage
 * @property {"people"} type
 * @property {Person[]} people in the order of coming
 * @property {"free" | "request" | "queue"} mode FloorMode
 * @property {number} minutes of a turn with "queue"
 * @property {string} holder the viewer who has them, "" for nobody, as always with "free"
 * @property {string[]} waiting viewers who have requested them, the first one first
 * @property {number | null} left seconds until they are passed on; null: nothing ends the turn
 */

/**
 * Server → page: where somebody points, in Mac pixels.
 * @typedef {object} Pointing
 * @property {string} viewer
 * @property {number} x
 * @property {number} y
 */

/**
 * Server → page: where others without the mouse point; what has moved since the last message.
 * @typedef {object} PointersMessage
 * @property {"pointers"} type
 * @property {Pointing[]} pointers
 */

/**
 * Page → server: requests mouse and keyboard, releases them or the request, or gives them to `to`.
 * @typedef {object} FloorRequestMessage
 * @property {"floor"} type
 * @property {"request" | "release" | "give"} action
 * @property {string} [to] viewer
 */

/**
 * Page → server: the name under which others see this viewer.
 * @typedef {object} PersonNameMessage
 * @property {"name"} type
 * @property {string} name at most 40 characters; "" for that of the token
 */

/**
 * @typedef {HelloMessage | OfferMessage | CandidateMessage | CodecChangedMessage | StatusMessage | AudioStatusMessage
 *   | KeyboardStatusMessage | TextProgressMessage | UntypableMessage | ClipboardCopiedMessage | ClipboardStatusMessage
 *   | PeopleMessage | PointersMessage | WindowStatusMessage | ScreenTextChangedMessage | ScreenTextStatusMessage
 *   | KioskStatusMessage | UnusedMessage | ErrorMessage | ByeMessage} ServerMessage
 */

/**
 * @typedef {JoinMessage | AnswerMessage | CandidateMessage | SetCodecMessage | RestartMessage | CommandRequestMessage
 *   | LatencyMessage | TextRequestMessage | TextStopMessage | KeyboardRequestMessage | ClipboardRequestMessage
 *   | FloorRequestMessage | PersonNameMessage | WindowRequestMessage | ScreenTextRequestMessage | QualityRequestMessage
 *   | KioskStartMessage | StillHereMessage
 * } ClientMessage
 */

/** @typedef {ClipboardCopiedMessage | ClipboardStatusMessage} ClipboardMessage about the Mac's clipboard */

/**
 * About what the panels of texts show: typed and pasted text, whether the screen can follow a window, and what it says.
 * @typedef {TextProgressMessage | ClipboardMessage | WindowStatusMessage | ScreenTextChangedMessage
 *   | ScreenTextStatusMessage} PanelMessage
 */

/** @typedef {KeyboardStatusMessage | UntypableMessage | PanelMessage} TypingMessage about what is typed, and for the panels */

/**
 * Messages to the Mac, about its people and about the picture, not about the session.
 * @typedef {CommandRequestMessage | RestartMessage | KeyboardRequestMessage | TextRequestMessage | TextStopMessage |
 *   ClipboardRequestMessage | FloorRequestMessage | PersonNameMessage | WindowRequestMessage | QualityRequestMessage |
 *   ScreenTextRequestMessage | KioskStartMessage | StillHereMessage} MacMessage
 */

export {};
