using Ropewalk.Chat.Irc.Wire;

namespace Ropewalk.Chat.Irc.Network;

/// <summary>Knows who wants to be told when a nickname comes and goes.</summary>
internal sealed class IrcMonitors
{
    private readonly Dictionary<byte[], List<IrcUser>> _watchers = new(IrcCaseMapping.Ascii);

    /// <summary>Gets who monitors a nickname.</summary>
    public IReadOnlyList<IrcUser> Of(byte[] nick) => _watchers.TryGetValue(nick, out List<IrcUser>? watchers) ? watchers : [];

    public void Add(IrcUser watcher, byte[] nick)
    {
        watcher.Monitored ??= new HashSet<byte[]>(IrcCaseMapping.Ascii);
        if (!watcher.Monitored.Add(nick))
        {
            return;
        }

        if (!_watchers.TryGetValue(nick, out List<IrcUser>? watchers))
        {
            _watchers.Add(nick, watchers = []);
        }

        watchers.Add(watcher);
    }

    public void Remove(IrcUser watcher, byte[] nick)
    {
        if (watcher.Monitored?.Remove(nick) == true && _watchers.TryGetValue(nick, out List<IrcUser>? watchers))
        {
            watchers.Remove(watcher);
            if (watchers.Count == 0)
            {
                _watchers.Remove(nick);
            }
        }
    }

    /// <summary>Forgets all that a user monitors.</summary>
    public void RemoveAll(IrcUser watcher)
    {
        if (watcher.Monitored is null)
        {
            return;
        }

        foreach (byte[] nick in watcher.Monitored.ToArray())
        {
            Remove(watcher, nick);
        }

        watcher.Monitored = null;
    }
}
