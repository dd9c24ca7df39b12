using Microsoft.AspNetCore.Connections;

namespace Ropewalk.Policies;

/// <summary>Decides something about connections before, or while, a handler serves them. One object serves a whole endpoint, or several that share it.</summary>
public interface IConnectionPolicy
{
    /// <summary>Gets the name by which configuration and logs know the policy.</summary>
    string Name { get; }

    /// <summary>Wraps what comes after the policy.</summary>
    ConnectionDelegate Apply(ConnectionDelegate next);
}
