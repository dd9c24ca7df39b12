namespace Ropewalk.Web.Static.Wire;

/// <summary>Says how a request's preconditions turned out.</summary>
public enum PreconditionOutcome
{
    /// <summary>The method is performed.</summary>
    Proceed,

    /// <summary>The client has the current representation: 304.</summary>
    NotModified,

    /// <summary>The state is not the one the client counts on: 412.</summary>
    Failed,
}
