"""A browser to open pages in: headless Chromium, spoken to through its DevTools protocol."""

import base64
import fcntl
import json
import os
import subprocess
import tempfile

LOWEST_SPARE_FD = 10  # Chromium reads at 3 and writes at 4
MOST_PIXELS = 2400  # of a picture, from the top


class Browser:
    """One page at a time. What it complains about gathers in `complaints`."""

    def __init__(self, width=1440, height=1000):
        self.profile = tempfile.TemporaryDirectory(ignore_cleanup_errors=True)
        to_browser, self.input = os.pipe()
        self.output, from_browser = os.pipe()
        spare = [fcntl.fcntl(fd, fcntl.F_DUPFD, LOWEST_SPARE_FD)
                 for fd in (to_browser, from_browser)]

        def place():
            os.dup2(spare[0], 3)
            os.dup2(spare[1], 4)

        self.process = subprocess.Popen(
            ["chromium", "--headless", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage",
             "--remote-debugging-pipe", "--no-first-run", "--disable-background-networking",
             f"--user-data-dir={self.profile.name}", f"--window-size={width},{height}"],
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, preexec_fn=place,
            pass_fds=(3, 4))
        for fd in (to_browser, from_browser, *spare):
            os.close(fd)
        self.buffer = b""
        self.number = 0
        self.session = None
        self.is_loaded = False
        self.complaints = []
        self.requests = []
        target = self.call("Target.createTarget", url="about:blank")
        self.session = self.call("Target.attachToTarget", targetId=target["targetId"],
                                 flatten=True)["sessionId"]
        for domain in ("Runtime", "Log", "Page", "Network"):
            self.call(f"{domain}.enable")

    def close(self):
        self.session = None
        self.call("Browser.close")
        self.process.wait(20)
        os.close(self.input)
        os.close(self.output)
        self.profile.cleanup()

    def call(self, method, **parameters):
        """The result of a command; what happens meanwhile is noted."""
        self.number += 1
        message = {"id": self.number, "method": method, "params": parameters}
        if self.session:
            message["sessionId"] = self.session
        data = json.dumps(message).encode() + b"\0"
        while data:
            data = data[os.write(self.input, data):]
        while True:
            answer = self.receive()
            if answer.get("id") == self.number:
                assert "error" not in answer, (method, answer)
                return answer["result"]

    def receive(self):
        while b"\0" not in self.buffer:
            chunk = os.read(self.output, 1 << 20)
            assert chunk, "the browser has ended"
            self.buffer += chunk
        text, self.buffer = self.buffer.split(b"\0", 1)
        message = json.loads(text)
        self.note(message.get("method", ""), message.get("params", {}))
        return message

    def note(self, event, details):
        if event == "Runtime.exceptionThrown":
            self.complaints.append(details["exceptionDetails"])
        elif event == "Runtime.consoleAPICalled":
            self.complaints.append(details["args"])
        elif event == "Log.entryAdded":
            self.complaints.append(details["entry"]["text"])
        elif event == "Network.requestWillBeSent":
            self.requests.append(details["request"]["url"])
        elif event == "Page.loadEventFired":
            self.is_loaded = True

    def open(self, path):
        self.complaints, self.requests, self.is_loaded = [], [], False
        answer = self.call("Page.navigate", url=f"file://{path}")
        assert "errorText" not in answer, answer
        while not self.is_loaded:
            self.receive()

    def evaluate(self, expression):
        """The value of JavaScript in the page, as of JSON; promises are awaited."""
        answer = self.call("Runtime.evaluate", expression=expression, returnByValue=True,
                           awaitPromise=True, userGesture=True)
        assert "exceptionDetails" not in answer, answer["exceptionDetails"]
        return answer["result"].get("value")

    def wait_for(self, condition):
        self.evaluate(f"""new Promise((done, fail) => {{
            const deadline = performance.now() + 15000;
            const look = () => {{
              if ({condition}) done(true);
              else if (performance.now() > deadline) fail(new Error("never: " + {condition!r}));
              else setTimeout(look, 5);
            }};
            look();
          }})""")

    def text(self, selector):
        return self.evaluate(f"document.querySelector({selector!r}).innerText")

    def texts(self, selector):
        return self.evaluate(
            f"Array.from(document.querySelectorAll({selector!r}), (one) => one.innerText)")

    def click(self, selector, x=0.5, y=0.5):
        """With the mouse, at a place from 0 to 1 of the first such element."""
        left, top, width, height = self.evaluate(
            f"""(() => {{
              const found = document.querySelector({selector!r});
              found.scrollIntoView({{ block: "center" }});
              const box = found.getBoundingClientRect();
              return [box.left, box.top, box.width, box.height];
            }})()""")
        place = {"x": left + x * width, "y": top + y * height, "button": "left", "clickCount": 1}
        for kind in ("mouseMoved", "mousePressed", "mouseReleased"):
            self.call("Input.dispatchMouseEvent", type=kind, **place)

    def write(self, selector, text):
        """In the place of what a field holds."""
        self.evaluate(f"document.querySelector({selector!r}).select()")
        if text:
            self.call("Input.insertText", text=text)
        else:
            self.press("Delete")

    def press(self, key, code=0):
        details = {"key": key, "code": key, "windowsVirtualKeyCode": code or
                   {"Enter": 13, "Delete": 46, "Backspace": 8, "ArrowLeft": 37, "ArrowUp": 38,
                    "ArrowRight": 39, "ArrowDown": 40}[key]}
        if key == "Enter":
            details["text"] = "\r"
        self.call("Input.dispatchKeyEvent", type="keyDown", **details)
        self.call("Input.dispatchKeyEvent", type="keyUp", **details)

    def screenshot(self, path):
        """Of the page from its top."""
        height = self.evaluate("scrollTo(0, 0), document.documentElement.scrollHeight")
        clip = {"x": 0, "y": 0, "width": self.evaluate("innerWidth"), "scale": 1,
                "height": min(height, MOST_PIXELS)}
        data = self.call("Page.captureScreenshot", captureBeyondViewport=True, clip=clip)
        with open(path, "wb") as file:
            file.write(base64.b64decode(data["data"]))
