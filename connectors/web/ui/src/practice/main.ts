import "../styles/base.css";
import "../styles/messages.css";
import "../styles/desk.css";
import "../styles/debrief.css";
import "../styles/practice.css";
import { clinicOf, deviceStorage, Memory } from "../core/memory";
import { defineComposer } from "../parts/composer";
import { defineMessageList } from "../parts/message-list";
import { followKeyboard } from "../parts/viewport";
import { PracticePage } from "./practice";

defineMessageList();
defineComposer();
customElements.define("xl-practice", PracticePage);
followKeyboard();
document.querySelector<PracticePage>("xl-practice")?.begin(new Memory(deviceStorage(), `${clinicOf(document)}.practice`));
