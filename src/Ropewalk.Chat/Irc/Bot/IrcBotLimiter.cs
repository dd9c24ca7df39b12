namespace Ropewalk.Chat.Irc.Bot;

/// <summary>Counts how often each user is answered. Pure: the time is an argument. <b>Call</b>: one at a time.</summary>
/// <remarks>
/// <b>Theory.</b> Each user has a bucket of tokens (refilled with time, at most full), the time of the last request, and the number of requests in a row. A request that finds no
/// token, or is one too many in a row, makes the user <i>muted</i>; each request while muted begins the silence anew. After the silence the user starts afresh. The
/// table is bounded: users in the order of their last request, the longest silent goes first.
/// </remarks>
internal sealed class IrcBotLimiter
{
    private readonly Dictionary<string, LinkedListNode<Bucket>> _users = new(StringComparer.OrdinalIgnoreCase);
    private readonly LinkedList<Bucket> _byLast = new();

    /// <summary>Gets how many users are remembered.</summary>
    public int Count => _users.Count;

    /// <summary>Takes a token of a user's.</summary>
    /// <returns>Whether there was one; and whether this is the request by which the user became muted.</returns>
    public (bool IsHeard, bool IsFirstRefusal) Take(string user, IrcBotRateLimit limit, TimeSpan now)
    {
        Bucket bucket = Find(user, limit, now);
        TimeSpan silent = now - bucket.LastAt;
        bucket.LastAt = now;
        if (silent >= limit.Silence)
        {
            bucket.IsMuted = false;
            bucket.InARow = 0;
        }

        if (bucket.IsMuted)
        {
            return (false, false);
        }

        bucket.Tokens = Math.Min(limit.Burst, bucket.Tokens + (silent / limit.Refill));
        if (bucket.Tokens < 1 || bucket.InARow >= limit.MostInARow)
        {
            bucket.IsMuted = true;
            return (false, true);
        }

        bucket.Tokens--;
        bucket.InARow++;
        return (true, false);
    }

    private Bucket Find(string user, IrcBotRateLimit limit, TimeSpan now)
    {
        if (_users.TryGetValue(user, out LinkedListNode<Bucket>? node))
        {
            _byLast.Remove(node);
        }
        else
        {
            node = new LinkedListNode<Bucket>(new Bucket(user) { Tokens = limit.Burst, LastAt = now });
            _users.Add(user, node);
        }

        _byLast.AddLast(node);
        while (_users.Count > limit.MostUsers)
        {
            _users.Remove(_byLast.First!.Value.User);
            _byLast.RemoveFirst();
        }

        return node.Value;
    }

    private sealed class Bucket(string user)
    {
        public string User { get; } = user;

        public double Tokens { get; set; }

        public int InARow { get; set; }

        public bool IsMuted { get; set; }

        public TimeSpan LastAt { get; set; }
    }
}
