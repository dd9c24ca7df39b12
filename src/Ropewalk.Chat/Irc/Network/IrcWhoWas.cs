using Ropewalk.Chat.Irc.Wire;

namespace Ropewalk.Chat.Irc.Network;

/// <summary>Remembers the users that have gone, the last of them.</summary>
internal sealed class IrcWhoWas
{
    private readonly LinkedList<Entry> _entries = [];

    /// <summary>Remembers a user.</summary>
    public void Add(IrcUser user, DateTimeOffset now, int most)
    {
        if (most == 0)
        {
            return;
        }

        _entries.AddFirst(new Entry(user.Nick, user.UserName.ToArray(), user.Host.ToArray(), user.RealName, now));
        while (_entries.Count > most)
        {
            _entries.RemoveLast();
        }
    }

    /// <summary>Finds who had a nickname, the last first.</summary>
    public IEnumerable<Entry> Find(byte[] nick) => _entries.Where(entry => IrcCaseMapping.Ascii.Equals(entry.Nick, nick));

    internal sealed record Entry(byte[] Nick, byte[] UserName, byte[] Host, byte[] RealName, DateTimeOffset GoneAt);
}
