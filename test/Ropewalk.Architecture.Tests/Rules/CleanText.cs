using System.Text.RegularExpressions;

namespace Ropewalk.Architecture.Tests.Rules;

/// <summary>What a stranger who reads this repository would not understand, or should not see.</summary>
internal static partial class CleanText
{
    // Each pattern is written so that it does not match its own text.
    private static readonly (Regex Pattern, string Message)[] Patterns =
    [
        (MachinePath(), "a path of one machine: write it relative to the repository or take a temporary folder"),
        (RegistryHost(), "the host of a package registry: the machine's own configuration knows where packages come from"),
        (OutsideTalk(), "talk about how this was made: say it so that a stranger understands it from the repository alone"),
        (PrivateKey(), "a private key: make one when the test runs"),
    ];

    public static IEnumerable<Violation> Find(IEnumerable<RepositoryFile> files) =>
        from file in files
        from pattern in Patterns
        from match in pattern.Pattern.Matches(file.Text)
        select new Violation(file.Path, file.LineAt(match.Index), $"\"{match.Value}\": {pattern.Message}");

    [GeneratedRegex(@"(?<![\w.\-/])/(?:w[o]rk|f[a]rm|r[o]ot|h[o]me/[a-z]+|m[n]t)/\w*|C:\\Us[e]rs\\")]
    private static partial Regex MachinePath();

    [GeneratedRegex(@"\b(?:api\.)?nug[e]t\.org\b|\bnpmj[s]\.(?:org|com)\b|\bpyp[i]\.org\b|\bdeb\.deb[i]an\.org\b|\bproxy\.gol[a]ng\.org\b|\bcrates\.i[o]\b")]
    private static partial Regex RegistryHost();

    [GeneratedRegex(@"\bClaud[e]\b|\bAnthropi[c]\b|\bChatGP[T]\b|\bAI assistan[t]\b|\blanguage mode[l]\b|\bcoordinato[r]\b|\bshared/[A-Z]+\.m[d]\b|\bPEERS\.m[d]\b|\bDESIGN\.m[d]\b|\bDESIGN §|\bBRIEF\.m[d]\b|\bworktre[e]\b|\bother helper[s]\b", RegexOptions.None)]
    private static partial Regex OutsideTalk();

    [GeneratedRegex(@"-----BEGIN (?:[A-Z]+ )?PRIVATE KE[Y]-----\s+[A-Za-z0-9+/]{16}")]
    private static partial Regex PrivateKey();
}
