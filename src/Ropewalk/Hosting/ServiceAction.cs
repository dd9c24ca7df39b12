namespace Ropewalk.Hosting;

/// <summary>Names what a reload does with one service.</summary>
public enum ServiceAction
{
    /// <summary>Nothing of its settings has changed.</summary>
    Keep,

    /// <summary>It takes new values of live settings, and nothing else.</summary>
    ApplyLive,

    /// <summary>New connections get a new instance; open ones keep the old.</summary>
    Swap,

    /// <summary>New connections get a new instance; open ones are asked to say goodbye.</summary>
    Restart,

    /// <summary>It did not run before.</summary>
    Add,

    /// <summary>It runs no more: its endpoints stop in phases.</summary>
    Remove,
}
