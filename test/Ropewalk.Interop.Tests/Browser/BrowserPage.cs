using System.Text.Json;
using System.Text.Json.Nodes;

namespace Ropewalk.Interop.Tests.Browser;

/// <summary>Is a page in Chromium: what a person sees, and does with the keyboard.</summary>
internal sealed class BrowserPage(Chromium browser, string session)
{
    /// <summary>Names the modifier keys as the DevTools protocol numbers them.</summary>
    public const int Alt = 1, Control = 2, Shift = 8;

    /// <summary>Goes to an address, and waits until it is there.</summary>
    public Task GoAsync(string address) => browser.AfterAsync(session, "Page.loadEventFired", () => browser.SendAsync("Page.navigate", new JsonObject { ["url"] = address }, session));

    /// <summary>Loads the page again.</summary>
    public Task ReloadAsync() => browser.AfterAsync(session, "Page.loadEventFired", () => browser.SendAsync("Page.reload", session: session));

    /// <summary>Evaluates an expression, and what it promises.</summary>
    public async Task<JsonNode?> EvaluateAsync(string expression)
    {
        JsonObject result = await browser.SendAsync("Runtime.evaluate", new JsonObject { ["expression"] = expression, ["returnByValue"] = true, ["awaitPromise"] = true }, session);
        if (result["exceptionDetails"] is { } exception)
        {
            Assert.Fail($"{expression}\n{exception.ToJsonString()}");
        }

        return result["result"]!["value"];
    }

    /// <summary>Waits until an expression is true; fails with what the page shows then.</summary>
    public async Task UntilAsync(string expression)
    {
        string script = $$"""
            new Promise((done) => {
              const end = Date.now() + 20000;
              const look = () => ({{expression}}) ? done(true) : Date.now() > end ? done(false) : setTimeout(look, 20);
              look();
            })
            """;
        if (!(await EvaluateAsync(script))!.GetValue<bool>())
        {
            Assert.Fail($"never: {expression}\n{await TextAsync("body")}");
        }
    }

    /// <summary>Gives the text of an element, as it is shown.</summary>
    public async Task<string> TextAsync(string selector) => (await EvaluateAsync($"document.querySelector({Quote(selector)}).innerText"))!.GetValue<string>();

    /// <summary>Waits until an element holds a text.</summary>
    public Task SeesAsync(string text, string selector = "#log") => UntilAsync($"document.querySelector({Quote(selector)}).textContent.includes({Quote(text)})");

    /// <summary>Fills the form and joins.</summary>
    public async Task JoinAsync(string nick, string channel, string password = "")
    {
        await EvaluateAsync($"nick.value = {Quote(nick)}; channel.value = {Quote(channel)}; password.value = {Quote(password)}; connect.click()");
        await UntilAsync("!chat.hidden");
        await SeesAsync(channel, "#title");
        await SeesAsync(nick, "#member-list");
    }

    /// <summary>Writes a line and sends it.</summary>
    public async Task SayAsync(string text)
    {
        await TypeAsync(text);
        await PressAsync("Enter", 13, text: "\r");
    }

    /// <summary>Writes into the message field.</summary>
    public async Task TypeAsync(string text)
    {
        await EvaluateAsync("input.focus()");
        await browser.SendAsync("Input.insertText", new JsonObject { ["text"] = text }, session);
    }

    /// <summary>Writes into what has the focus.</summary>
    public Task TypeIntoFocusedAsync(string text) => browser.SendAsync("Input.insertText", new JsonObject { ["text"] = text }, session);

    /// <summary>Makes the window so large.</summary>
    public Task ResizeAsync(int width, int height) => browser.SendAsync(
        "Emulation.setDeviceMetricsOverride", new JsonObject { ["width"] = width, ["height"] = height, ["deviceScaleFactor"] = 1, ["mobile"] = width < 600 }, session);

    /// <summary>Prefers a colour scheme: light or dark.</summary>
    public Task PreferAsync(string scheme) => browser.SendAsync(
        "Emulation.setEmulatedMedia", new JsonObject { ["features"] = new JsonArray(new JsonObject { ["name"] = "prefers-color-scheme", ["value"] = scheme }) }, session);

    /// <summary>Presses a key.</summary>
    public async Task PressAsync(string key, int code, int modifiers = 0, string? text = null)
    {
        var down = new JsonObject { ["type"] = "keyDown", ["key"] = key, ["code"] = key.Length == 1 ? "Key" + key.ToUpperInvariant() : key, ["windowsVirtualKeyCode"] = code, ["modifiers"] = modifiers };
        JsonObject up = down.DeepClone().AsObject();
        up["type"] = "keyUp";
        if (text is not null)
        {
            down["text"] = text;
        }

        await browser.SendAsync("Input.dispatchKeyEvent", down, session);
        await browser.SendAsync("Input.dispatchKeyEvent", up, session);
    }

    /// <summary>Writes a text as JavaScript has it.</summary>
    public static string Quote(string text) => JsonSerializer.Serialize(text);
}
