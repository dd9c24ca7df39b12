using Ropewalk.Chat.Irc.Wire;

namespace Ropewalk.Chat.Irc.Session;

/// <summary>Holds the batches that are open.</summary>
/// <remarks>
/// Most batches only say that their messages belong together, and those are handled as they come, so that a batch holds back nothing and costs nothing. Messages of
/// the past are collected: they must not be taken for the present, and have a meaning only as a whole.
/// </remarks>
internal sealed class IrcBatches(IrcClientLimits limits)
{
    // A labeled response holds what is collected, and that a netsplit or a thread: three levels are known.
    private const int MostDepth = 8;

    private readonly Dictionary<string, OpenBatch> _open = new(StringComparer.Ordinal);
    private int _messages;
    private int _bytes;

    /// <summary>Gets when the oldest batch has been open for too long; null if none is.</summary>
    public TimeSpan? Deadline => _open.Count == 0 ? null : _open.Values.Min(batch => batch.Since) + limits.BatchTimeout;

    public OpenBatch? Find(string? reference) => reference is not null && _open.TryGetValue(reference, out OpenBatch? batch) ? batch : null;

    /// <summary>Opens a batch; false if there are too many, or too many around it.</summary>
    public bool TryOpen(IrcMessage message, TimeSpan now)
    {
        string reference = message[0][1..];
        OpenBatch? parent = Find(message.Tag("batch"));
        if (_open.Count >= limits.MaxBatches || reference.Length == 0 || message.Parameters.Count < 2)
        {
            return false;
        }

        // A batch that begins anew inside itself would have itself for a parent, which closed ones have no end of.
        if (parent is { Depth: >= MostDepth } || (parent is not null && message.Tag("batch") == reference))
        {
            return false;
        }

        var batch = new IrcBatch(message[1], [.. message.Parameters.Skip(2)], parent?.Batch);
        // A reference that is open already begins anew: what it had collected is lost with it.
        Close(reference);
        _open[reference] = new OpenBatch(batch, message.Tag("label") ?? parent?.Label, parent, now);
        return true;
    }

    public OpenBatch? Close(string reference)
    {
        if (!_open.Remove(reference, out OpenBatch? batch))
        {
            return null;
        }

        batch.IsClosed = true;
        _messages -= batch.Messages.Count;
        _bytes -= batch.Bytes;
        return batch;
    }

    /// <summary>Adds a message to a batch that is collected; false if that is too much. What comes for one that was closed is of no use to anybody.</summary>
    public bool TryCollect(OpenBatch batch, IrcMessage message, int bytes)
    {
        if (batch.IsClosed)
        {
            return true;
        }

        _messages++;
        _bytes += bytes;
        batch.Bytes += bytes;
        batch.Messages.Add(message);
        return _messages <= limits.MaxBatchMessages && _bytes <= limits.MaxBatchBytes;
    }

    internal sealed class OpenBatch
    {
        public OpenBatch(IrcBatch batch, string? label, OpenBatch? parent, TimeSpan since)
        {
            Batch = batch;
            Label = label;
            Since = since;
            Depth = parent is null ? 1 : parent.Depth + 1;
            Collecting = batch.Type is "chathistory" or "draft/chathistory-targets" ? this : parent?.Collecting;
            IsAnswer = batch.Type == "labeled-response" && parent is null && label is not null;
        }

        public IrcBatch Batch { get; }

        public string? Label { get; }

        public TimeSpan Since { get; }

        /// <summary>Gets how many batches lie one in the other down to this one.</summary>
        public int Depth { get; }

        public List<IrcMessage> Messages { get; } = [];

        public int Bytes { get; set; }

        public bool IsClosed { get; set; }

        /// <summary>Gets the batch whose messages of the past this one's are among: itself, or one around it; null if they are of the present.</summary>
        public OpenBatch? Collecting { get; }

        public bool IsAnswer { get; }
    }
}
