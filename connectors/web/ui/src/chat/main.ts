import "../styles/base.css";
import "../styles/messages.css";
import "../styles/chat.css";
import { clinicOf, deviceStorage, Memory } from "../core/memory";
import { OfflineQueue } from "../core/queue";
import { Session } from "../core/session";
import { defineComposer } from "../parts/composer";
import { defineMessageList } from "../parts/message-list";
import { followKeyboard } from "../parts/viewport";
import { ChatPage } from "./chat";

defineMessageList();
defineComposer();
customElements.define("xl-chat", ChatPage);
followKeyboard();
const memory = new Memory(deviceStorage(), clinicOf(document));
const session = new Session({ memory, queue: new OfflineQueue(memory) });
document.querySelector<ChatPage>("xl-chat")?.begin(session, memory);
