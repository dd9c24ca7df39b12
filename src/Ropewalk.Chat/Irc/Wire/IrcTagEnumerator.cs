namespace Ropewalk.Chat.Irc.Wire;

/// <summary>Walks over the tags of a message as they lie in its bytes.</summary>
/// <remarks>A key may come twice; the last one counts. <b>Spec</b>: IRCv3 message-tags.</remarks>
/// <param name="tags">The tags, without the at sign.</param>
public ref struct IrcTagEnumerator(ReadOnlySpan<byte> tags)
{
    private ReadOnlySpan<byte> _rest = tags;

    /// <summary>Gets the current tag's key.</summary>
    public ReadOnlySpan<byte> Key { get; private set; }

    /// <summary>Gets the current tag's value, still escaped; empty if there is none.</summary>
    public ReadOnlySpan<byte> EscapedValue { get; private set; }

    /// <summary>Gets the current tag as it was written.</summary>
    public ReadOnlySpan<byte> Whole { get; private set; }

    /// <summary>Finds the value of a key, still escaped.</summary>
    public static bool TryFind(ReadOnlySpan<byte> tags, ReadOnlySpan<byte> key, out ReadOnlySpan<byte> escapedValue)
    {
        bool found = false;
        escapedValue = default;
        var each = new IrcTagEnumerator(tags);
        while (each.MoveNext())
        {
            if (each.Key.SequenceEqual(key))
            {
                found = true;
                escapedValue = each.EscapedValue;
            }
        }

        return found;
    }

    /// <summary>Goes to the next tag.</summary>
    public bool MoveNext()
    {
        while (!_rest.IsEmpty)
        {
            int end = _rest.IndexOf((byte)';');
            Whole = end < 0 ? _rest : _rest[..end];
            _rest = end < 0 ? default : _rest[(end + 1)..];
            if (Whole.IsEmpty)
            {
                continue;
            }

            int equals = Whole.IndexOf((byte)'=');
            Key = equals < 0 ? Whole : Whole[..equals];
            EscapedValue = equals < 0 ? default : Whole[(equals + 1)..];
            return true;
        }

        return false;
    }
}
