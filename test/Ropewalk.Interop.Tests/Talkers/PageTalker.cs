using Ropewalk.Interop.Tests.Browser;

namespace Ropewalk.Interop.Tests.Talkers;

/// <summary>Talks with the page of our server, in Chromium.</summary>
internal sealed class PageTalker(string nick, BrowserPage page) : IrcTalker(nick)
{
    public static async Task<PageTalker> StartAsync(WebChat chat, string nick, string channel)
    {
        BrowserPage page = await chat.OpenAsync();
        await page.JoinAsync(nick, channel);
        return new PageTalker(nick, page);
    }

    public override Task SayAsync(string text) => page.SayAsync(text);

    public override Task WhisperAsync(string to, string text) => page.SayAsync($"/msg {to} {text}");

    public override Task SeesAsync(string text) => page.SeesAsync(text);

    public override Task LeaveAsync(string reason) => page.SayAsync($"/quit {reason}");

    // the browser ends with its chat
    public override ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
