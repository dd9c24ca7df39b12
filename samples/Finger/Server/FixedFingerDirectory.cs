namespace Finger.Server;

/// <summary>Is a directory whose users are given.</summary>
public sealed class FixedFingerDirectory(IEnumerable<FingerUser> users) : IFingerDirectory
{
    private readonly FingerUser[] _users = [.. users];

    /// <inheritdoc/>
    public ValueTask<string> ListAsync(bool isVerbose, CancellationToken cancellationToken) =>
        ValueTask.FromResult("Login      Name\n" + string.Join('\n', _users.Select(user => $"{user.Name,-10} {user.FullName}")));

    /// <inheritdoc/>
    public ValueTask<string?> DescribeAsync(string userName, bool isVerbose, CancellationToken cancellationToken)
    {
        // RFC 1288 §2.5.3: a name may mean several users; all are told.
        string[] found = [.. _users.Where(user => IsMeant(user, userName)).Select(user => Describe(user, isVerbose))];
        return ValueTask.FromResult(found.Length == 0 ? null : string.Join("\n", found));
    }

    private static bool IsMeant(FingerUser user, string asked) =>
        user.Name == asked || user.FullName.Split(' ').Contains(asked, StringComparer.OrdinalIgnoreCase);

    private static string Describe(FingerUser user, bool isVerbose) =>
        $"Login: {user.Name}\tName: {user.FullName}" + (isVerbose ? $"\nPlan:\n{user.Plan ?? "No plan."}" : "");
}
