using Ropewalk.Chat.Irc.Wire;

namespace Ropewalk.Chat.Irc.Network;

/// <summary>Is one of a channel's lists of masks.</summary>
internal sealed class IrcMaskList
{
    private readonly List<IrcMaskEntry> _entries = [];

    public IReadOnlyList<IrcMaskEntry> Entries => _entries;

    public void Clear() => _entries.Clear();

    /// <summary>Adds an entry unless the same mask is there.</summary>
    public bool TryAdd(IrcMaskEntry entry)
    {
        if (Find(entry.Mask) >= 0)
        {
            return false;
        }

        _entries.Add(entry);
        return true;
    }

    /// <summary>Removes a mask.</summary>
    /// <returns>The mask as it was written, or null if it was not there.</returns>
    public byte[]? Remove(ReadOnlySpan<byte> mask)
    {
        int index = Find(mask);
        if (index < 0)
        {
            return null;
        }

        byte[] removed = _entries[index].Mask;
        _entries.RemoveAt(index);
        return removed;
    }

    /// <summary>Says whether a user matches an entry.</summary>
    /// <param name="user">The user.</param>
    /// <param name="mutesToo">Whether entries that only mute count.</param>
    public bool Matches(IrcUser user, bool mutesToo)
    {
        foreach (IrcMaskEntry entry in _entries)
        {
            ReadOnlySpan<byte> mask = entry.Mask;
            if (mask.StartsWith("m:"u8))
            {
                if (!mutesToo)
                {
                    continue;
                }

                mask = mask[2..];
            }

            if (MatchesOne(mask, user))
            {
                return true;
            }
        }

        return false;
    }

    private static bool MatchesOne(ReadOnlySpan<byte> mask, IrcUser user) =>
        mask.StartsWith("R:"u8) ? user.Account is not null && IrcMask.Matches(mask[2..], user.Account) : user.Matches(mask);

    private int Find(ReadOnlySpan<byte> mask)
    {
        for (int i = 0; i < _entries.Count; i++)
        {
            if (IrcCaseMapping.Ascii.Equals(_entries[i].Mask, mask))
            {
                return i;
            }
        }

        return -1;
    }
}
