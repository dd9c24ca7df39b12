using Finger.Server;

namespace Finger.Tests.Server;

internal static class Users
{
    public static FixedFingerDirectory Directory { get; } = new([new("alice", "Alice Liddell"), new("carroll", "Lewis Carroll"), new("eve", "Eve \u001b[]0;owned\u0007")]);
}
