using Microsoft.AspNetCore.Connections;

namespace Ropewalk.Testing;

/// <summary>Holds what playing a transcript over a connection may need.</summary>
public sealed class TranscriptOptions
{
    /// <summary>Gets or sets the clock that <c>wait</c> moves: the one that the tested side was given.</summary>
    public VirtualTime? Time { get; set; }

    /// <summary>
    /// Gets or sets how long, in real time, the tested side may be silent before the play fails. Default 10 s; a play that succeeds never waits for it.
    /// Zero: it fails as soon as nothing that runs in the connection, on the clock or in the tested side's own awaits is left, which is right for a tested side that
    /// waits for nothing else.
    /// </summary>
    public TimeSpan Patience { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>Gets or sets what <c>upgrade</c> does to the playing side's connection: a TLS handshake that replaces its <c>Transport</c>. Null where the tested side's upgrade is a stand-in.</summary>
    public Func<ConnectionContext, ValueTask>? Upgrade { get; set; }
}
