namespace Ropewalk.Chat.Irc.Network;

/// <summary>Bounds what the histories of all channels hold together: those go first in which nobody has spoken for longest.</summary>
internal sealed class IrcHistories
{
    // The longest silent first.
    private readonly LinkedList<IrcChannel> _bySilence = [];

    /// <summary>Gets how many bytes of memory they hold.</summary>
    public long HeldBytes { get; private set; }

    /// <summary>Keeps a message of a channel.</summary>
    public void Add(IrcChannel channel, in IrcHistoryMessage message, IrcNetworkLimits limits)
    {
        if (channel.History is not { } history)
        {
            history = new IrcHistory(limits.HistoryMessages, limits.HistoryBytes) { Place = new LinkedListNode<IrcChannel>(channel) };
            channel.History = history;
        }
        else
        {
            _bySilence.Remove(history.Place!);
            HeldBytes -= history.HeldBytes;
        }

        history.Add(message);
        HeldBytes += history.HeldBytes;
        _bySilence.AddLast(history.Place!);
        Trim(limits);
    }

    /// <summary>Forgets what was said in a channel.</summary>
    public void Forget(IrcChannel channel)
    {
        if (channel.History is { Place: { } place } history)
        {
            _bySilence.Remove(place);
            HeldBytes -= history.HeldBytes;
        }

        channel.History = null;
    }

    /// <summary>Has other bounds hold for what is there.</summary>
    public void Apply(IrcNetworkLimits limits)
    {
        foreach (IrcChannel channel in _bySilence.ToArray())
        {
            IrcHistory history = channel.History!;
            if (limits.HistoryMessages == 0)
            {
                Forget(channel);
            }
            else if (history.MostMessages != limits.HistoryMessages || history.MostBytes != limits.HistoryBytes)
            {
                HeldBytes -= history.HeldBytes;
                channel.History = history.Within(limits.HistoryMessages, limits.HistoryBytes);
                HeldBytes += channel.History.HeldBytes;
            }
        }

        Trim(limits);
    }

    // One is left: its own bounds hold.
    private void Trim(IrcNetworkLimits limits)
    {
        while (HeldBytes > limits.HistoryTotalBytes && _bySilence.Count > 1)
        {
            Forget(_bySilence.First!.Value);
        }
    }
}
