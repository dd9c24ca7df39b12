using Ropewalk.Transports;

namespace Ropewalk.Chat.Irc.Network;

/// <summary>Is the way to one client, as the network sees it: bytes are enqueued, never awaited.</summary>
internal interface IIrcLink
{
    /// <summary>Enqueues bytes; takes a reference of its own.</summary>
    /// <returns>False if the client's send queue is full, or its connection is over: nothing was enqueued.</returns>
    bool TrySend(SharedBytes bytes);

    /// <summary>Ends the connection when what was enqueued has been sent; at once if <paramref name="atOnce"/>.</summary>
    void Close(string reason, bool atOnce);

    /// <summary>Gets how much is enqueued and not yet sent.</summary>
    long QueuedBytes { get; }
}
