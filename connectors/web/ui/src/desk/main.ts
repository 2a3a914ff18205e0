import "../styles/base.css";
import "../styles/messages.css";
import "../styles/desk.css";
import { clinicOf, deviceStorage, Memory } from "../core/memory";
import { defineComposer } from "../parts/composer";
import { defineMessageList } from "../parts/message-list";
import { followKeyboard } from "../parts/viewport";
import { DeskPage } from "./desk";

defineMessageList();
defineComposer();
customElements.define("xl-desk", DeskPage);
followKeyboard();
void document.querySelector<DeskPage>("xl-desk")?.begin(new Memory(deviceStorage(), clinicOf(document)));
