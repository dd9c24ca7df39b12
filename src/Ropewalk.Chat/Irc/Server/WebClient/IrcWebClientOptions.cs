namespace Ropewalk.Chat.Irc.Server.WebClient;

/// <summary>Holds how the page for browsers is served.</summary>
public sealed class IrcWebClientOptions
{
    /// <summary>
    /// Gets or sets the names that are answered beside localhost and addresses: those by which a proxy passes requests on, or people on this network know it. With none, any name is answered
    /// on public addresses, and none on the loopback interface, private and link-local ones. Default none, because any site can have its own name point to an address inside (DNS rebinding).
    /// </summary>
    public IReadOnlyList<string> Hosts { get; set; } = [];

    /// <summary>Gets or sets how many connections may be open at once, pages and conversations each. Default 10,000 (as a site of <c>ropewalk web</c>).</summary>
    public int MaxConnections { get; set; } = 10_000;

    /// <summary>Gets or sets the clock. Default the system's.</summary>
    public TimeProvider TimeProvider { get; set; } = TimeProvider.System;

    /// <summary>Gets or sets the services of the process, for the log; null for none.</summary>
    public IServiceProvider? Services { get; set; }
}
