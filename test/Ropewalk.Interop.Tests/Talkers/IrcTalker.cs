namespace Ropewalk.Interop.Tests.Talkers;

/// <summary>Is somebody in a channel, whatever program they use: says lines there, and hears those of others.</summary>
internal abstract class IrcTalker(string nick) : IAsyncDisposable
{
    /// <summary>Gets the nickname.</summary>
    public string Nick => nick;

    /// <summary>Says a line in the channel.</summary>
    public abstract Task SayAsync(string text);

    /// <summary>Says a line to one person.</summary>
    public abstract Task WhisperAsync(string to, string text);

    /// <summary>Waits until the program has shown a text.</summary>
    public abstract Task SeesAsync(string text);

    /// <summary>Leaves the network, with a reason.</summary>
    public abstract Task LeaveAsync(string reason);

    /// <inheritdoc/>
    public abstract ValueTask DisposeAsync();
}
