using System.Globalization;

namespace Ropewalk.Interop.Tests.Browser;

/// <summary>Is <c>ropewalk irc</c> with its page, and a browser.</summary>
internal sealed class WebChat : IAsyncDisposable
{
    private readonly Chromium _chromium;

    private WebChat(Chromium chromium, RopewalkProgram server)
    {
        _chromium = chromium;
        Server = server;
    }

    public RopewalkProgram Server { get; }

    /// <summary>Gets the address of the page.</summary>
    public string Address => AddressAt(Server.Port(1));

    public static async Task<WebChat> StartAsync()
    {
        Chromium chromium = await Chromium.StartAsync();
        try
        {
            return new WebChat(chromium, await RopewalkProgram.StartAsync(
                "irc", "--listen", "tcp:127.0.0.1:0", "--web", "tcp:localhost:0", "--flood-allowance", "0", "--max-per-address", "100"));
        }
        catch
        {
            await chromium.DisposeAsync();
            throw;
        }
    }

    /// <summary>Opens the page in a browser of another person's.</summary>
    /// <param name="more">What follows in the address.</param>
    /// <param name="port">Another port, behind which the page is.</param>
    public Task<BrowserPage> OpenAsync(string more = "", int? port = null) => _chromium.OpenAsync((port is { } other ? AddressAt(other) : Address) + more);

    /// <summary>Lets somebody in who has no browser; their lines are taken when this is done.</summary>
    public async Task<IrcLines> ComeInAsync(string nick, string realName, params string[] lines)
    {
        var client = new IrcLines(Server.Port());
        await client.SettleAsync(["CAP REQ :message-tags", "CAP END", $"NICK {nick}", $"USER {new string([.. nick.Where(char.IsLetter)])} 0 * :{realName}", .. lines]);
        return client;
    }

    public async ValueTask DisposeAsync()
    {
        await _chromium.DisposeAsync();
        await Server.DisposeAsync();
    }

    private static string AddressAt(int port) => $"http://127.0.0.1:{port.ToString(CultureInfo.InvariantCulture)}/";
}
