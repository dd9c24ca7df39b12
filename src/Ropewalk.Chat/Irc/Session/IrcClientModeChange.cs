namespace Ropewalk.Chat.Irc.Session;

/// <summary>Is one change of a mode.</summary>
/// <param name="IsSet">Whether it was set; false if it was taken away.</param>
/// <param name="Letter">The mode.</param>
/// <param name="Parameter">Its parameter, or null.</param>
/// <param name="Kind">What the letter means on this server.</param>
public readonly record struct IrcClientModeChange(bool IsSet, char Letter, string? Parameter, IrcClientModeKind Kind)
{
    /// <summary>Parses the modes of a channel: <c>+ov-k alice bob key</c>. A change whose parameter is missing is left out, but for a list's, which asks for the list.</summary>
    public static IReadOnlyList<IrcClientModeChange> ParseChannel(IrcServerFeatures features, string modes, IEnumerable<string> parameters)
    {
        ArgumentNullException.ThrowIfNull(features);
        ArgumentNullException.ThrowIfNull(modes);
        var changes = new List<IrcClientModeChange>();
        using IEnumerator<string> next = parameters.GetEnumerator();
        bool isSet = true;
        foreach (char letter in modes)
        {
            if (letter is '+' or '-')
            {
                isSet = letter == '+';
                continue;
            }

            IrcClientModeKind kind = KindOf(features, letter);
            bool takes = kind is IrcClientModeKind.List or IrcClientModeKind.Parameter or IrcClientModeKind.Member || (kind == IrcClientModeKind.SetParameter && isSet);
            string? parameter = takes && next.MoveNext() ? next.Current : null;
            // -k without a key is what some servers say
            if (!takes || parameter is not null || (kind == IrcClientModeKind.Parameter && !isSet))
            {
                changes.Add(new IrcClientModeChange(isSet, letter, parameter, kind));
            }
        }

        return changes;
    }

    /// <summary>Parses the modes of a user: <c>+iw-o</c>.</summary>
    public static IReadOnlyList<IrcClientModeChange> ParseUser(string modes)
    {
        ArgumentNullException.ThrowIfNull(modes);
        var changes = new List<IrcClientModeChange>();
        bool isSet = true;
        foreach (char letter in modes)
        {
            if (letter is '+' or '-')
            {
                isSet = letter == '+';
            }
            else
            {
                changes.Add(new IrcClientModeChange(isSet, letter, null, IrcClientModeKind.Flag));
            }
        }

        return changes;
    }

    private static IrcClientModeKind KindOf(IrcServerFeatures features, char letter) =>
        features.PrefixModes.Contains(letter, StringComparison.Ordinal) ? IrcClientModeKind.Member
        : features.ListModes.Contains(letter, StringComparison.Ordinal) ? IrcClientModeKind.List
        : features.ParameterModes.Contains(letter, StringComparison.Ordinal) ? IrcClientModeKind.Parameter
        : features.SetParameterModes.Contains(letter, StringComparison.Ordinal) ? IrcClientModeKind.SetParameter
        : IrcClientModeKind.Flag;
}
